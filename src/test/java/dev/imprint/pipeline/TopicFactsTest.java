package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.pipeline.learning.LearningRecords;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicFactsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    // partitions, KiB an image, images a batch, MiB of heap -> KiB
    "4, 8192, 24, 1024, 8192", // by default
    "64, 8192, 24, 1024, 1024",
    "1000, 8192, 24, 1024, 1024", // never less than Kafka's default
    "4, 100, 24, 1024, 4800", // two batches of the largest images
    "1, 8192, 1, 1024, 16384",
    "4, 8192, 24, 512, 4096",
    "1, 1048576, 1024, 65536, 51200", // never more than Kafka puts into a response by default
  })
  void shouldFetchAPollOfImagesAsFarAsAllPartitionsFitIntoAPartOfTheHeap(
      int partitions, int kib, int batch, long heapMib, int fetchedKib) {
    TopicFacts facts =
        new TopicFacts(
            partitions,
            kib * 1024,
            4,
            new OutgoingRecords.OutgoingLimits(1, 1),
            new LearningRecords.LearningLimits(1, 1, 1, 1));

    int bytes = facts.fetchBytes(batch, heapMib * MIB);

    assertThat(bytes).isEqualTo(fetchedKib * 1024);
  }
}
