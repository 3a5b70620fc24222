package dev.imprint.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFilesTest {
  private static final int BATCH = 2;
  private static final int PICTURE_BYTES = 1 << 20;

  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
  @TempDir private Path folder;

  @Test
  void shouldWriteEachPictureIntoAFileOfItsOwn() throws Exception {
    Map<String, Path> files = write(3, 3L * PICTURE_BYTES);

    assertThat(files).containsOnlyKeys("0", "1", "2");
    assertThat(files.get("2")).hasBinaryContent(picture(2));
  }

  @Test
  void shouldStopAtTheDiskSpaceThatTheyMayTake() throws IOException {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> write(20, 3L * PICTURE_BYTES))
        .withMessage("the pictures alone take more than the 3 MiB of disk space that may be used");

    try (var written = Files.list(folder)) {
      assertThat(written).hasSize(2 * BATCH);
    }
  }

  private Map<String, Path> write(int pictures, long mostBytes) throws Exception {
    List<BufferSnapshot.Stored> examples =
        IntStream.range(0, pictures).mapToObj(PictureFilesTest::example).toList();
    for (int i = 0; i < pictures; i++) {
      int number = i;
      kafka.schedulePollTask(
          () ->
              kafka.addRecord(
                  new ConsumerRecord<>("pictures", 0, number, new byte[0], picture(number))));
    }
    Clients clients =
        new Clients(new KafkaConfig("none:1", Map.of())) {
          @Override
          public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
            return kafka;
          }
        };
    try (StoredPictures stored = new StoredPictures(clients, "pictures", BATCH)) {
      return new PictureFiles(stored, BATCH).write(examples, folder, mostBytes, left -> {});
    }
  }

  private static BufferSnapshot.Stored example(int number) {
    String sha256 = Sha256.hex(picture(number));
    return new BufferSnapshot.Stored(
        new Example(Integer.toString(number), "gear", sha256, null, Instant.EPOCH, Embedding.of(1)),
        0,
        new IndexedPicture(new Position(0, number), sha256, null));
  }

  private static byte[] picture(int number) {
    byte[] bytes = new byte[PICTURE_BYTES];
    bytes[0] = (byte) number;
    return bytes;
  }
}
