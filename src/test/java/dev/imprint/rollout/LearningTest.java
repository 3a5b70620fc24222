package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.model.ModelVersion;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningTest {
  @TempDir private Path data;

  @Test
  void shouldKnowWhatTheNewestVersionLearnedFromOrNothingIfThatCannotBeRead() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      TestRegistry registry = TestRegistry.create(broker.bootstrapServers(), "");
      assertThat(Learning.learned(registry.store)).isEmpty();
      ModelVersion version;
      try (Producer<byte[], byte[]> producer = registry.producer();
          Publisher publisher = registry.publisher(producer, 20)) {
        version = publisher.publish(Versions.candidate(1), null, "leader", Publisher.NOTHING_MORE);
      }
      assertThat(Learning.learned(registry.store))
          .isEqualTo(Map.of("image-1", "label-0", "image-2", "label-1"));

      registry.write(
          Versions.record(
              "v2-broken", Versions.BACKBONE, version.head())); // its manifest is not there

      assertThat(Learning.learned(registry.store)).isEmpty();
      registry.write(registry.store.topics().models(), "v3-broken", "oops".getBytes(UTF_8));
      assertThat(Learning.learned(registry.store)).isEmpty();
    }
  }
}
