package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EmbedderTest {
  private static final TopicPartition PICTURES = new TopicPartition("pictures", 0);

  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
  private final BufferIndex index = new BufferIndex(100);
  private final List<Integer> left = new ArrayList<>();

  @Test
  void shouldEmbedAllThatKafkaReturns() throws Exception {
    for (byte i = 0; i < 6; i++) {
      indexed(i);
      stored(i);
    }

    embedAll();

    assertThat(index.pendingCount()).isZero();
    assertThat(index.embedding("5")).isEqualTo(Embedding.of(5, -5));
    assertThat(left).containsExactly(6, 2);
  }

  @Test
  void shouldFailRatherThanEmbedAPart() {
    for (byte i = 0; i < 6; i++) {
      indexed(i);
    }
    for (byte i = 0; i < 4; i++) {
      stored(i);
    }

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::embedAll)
        .withMessage("2 pictures on topic pictures cannot be read");
  }

  private void indexed(byte picture) {
    index.picture(
        Byte.toString(picture),
        new IndexedPicture(
            new Position(0, picture), Sha256.hex(new byte[] {picture}), Sha256.hex(new byte[0])));
  }

  private void stored(byte picture) {
    kafka.schedulePollTask(
        () ->
            kafka.addRecord(
                new ConsumerRecord<>("pictures", 0, picture, new byte[0], new byte[] {picture})));
  }

  private void embedAll() throws IOException, InterruptedException {
    Clients clients =
        new Clients(new KafkaConfig("none:1", Map.of())) {
          @Override
          public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
            return kafka;
          }
        };
    ToyBackbone backbone = new ToyBackbone();
    try (StoredPictures pictures = new StoredPictures(clients, PICTURES.topic(), 4);
        EmbeddingCache none = EmbeddingCache.none(backbone)) {
      new Embedder(backbone, none, BufferMetrics.NOOP)
          .embedAll(index, pictures, BufferConfig.DEFAULTS, left::add);
    }
  }
}
