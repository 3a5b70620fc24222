package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class FeedbackPaceTest {
  private static final long RECORD_NANOS = 50_000;

  private boolean classifying = true;
  private long cost = RECORD_NANOS;
  private long cpu;
  private long paused;
  private int pauses;
  private int batchEndsAfter = -1;

  private final FeedbackPace pace =
      new FeedbackPace(
          () -> classifying,
          () -> cpu,
          nanos -> {
            paused += nanos;
            pauses++;
            classifying = pauses != batchEndsAfter;
          });

  @Test
  void shouldLeaveMostOfACoreToImagesWhileTheyArrive() {
    process(1_000, "feedback");

    assertThat(cpu / (double) (cpu + paused)).isCloseTo(FeedbackPace.SHARE, within(0.001));
    assertThat(pauses).as("saved up to a millisecond").isBetween(300, 700);
  }

  @Test
  void shouldWorkOnAsSoonAsTheBatchIsDone() {
    cost = 1_000_000;
    batchEndsAfter = 2;

    process(1, "feedback");

    assertThat(pauses).isEqualTo(2);
    assertThat(paused).isLessThan(3_000_000);
  }

  @Test
  void shouldHurryWhenNoImagesArrive() {
    classifying = false;

    process(1_000, "feedback");

    assertThat(paused).isZero();
    classifying = true;
    process(1, "feedback");
    assertThat(paused).isLessThan(10 * RECORD_NANOS); // owes nothing for that time
  }

  @Test
  void shouldNotStretchTransactionsOfLongRecords() {
    cost = 1_000_000_000;

    process(16, "feedback");

    assertThat(paused).isLessThan(500_000_000);
  }

  @Test
  void shouldNotHoldUpPredictions() {
    Claim claim = new Claim("images", 0, 0, "00");
    process(
        1_000,
        new Prediction(
            "i",
            null,
            0,
            List.of(),
            "none",
            Role.SERVING,
            claim,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            false,
            List.of()));

    assertThat(paused).isZero();
  }

  private void process(int records, Object value) {
    ProcessorSupplier<String, Object, String, String> hurried =
        () -> (Processor<String, Object, String, String>) record -> cpu += cost;
    Processor<String, Object, String, String> processor = pace.of(hurried).get();
    for (int i = 0; i < records; i++) {
      processor.process(new Record<>("i", value, 0));
    }
  }
}
