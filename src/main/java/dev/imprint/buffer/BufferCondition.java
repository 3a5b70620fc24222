package dev.imprint.buffer;

import dev.imprint.model.CheckResult;
import org.jspecify.annotations.Nullable;

/** Reasons why a buffer that is being followed is not learned from in full. */
final class BufferCondition {
  private BufferCondition() {}

  /**
   * @param trouble with Kafka; null if there is none
   * @param snapshot the last one; null until the buffer has caught up for the first time
   */
  static CheckResult of(
      BufferIndex index,
      BufferConfig config,
      @Nullable String trouble,
      @Nullable BufferSnapshot snapshot) {
    if (trouble != null) {
      return CheckResult.degraded(trouble + "; new labels wait there");
    }
    if (index.isFull()) {
      return CheckResult.degraded(
          "%d pictures beyond buffer.max_examples (%d) are not learned from: raise it (and -Xmx),"
                  .formatted(index.pendingCount(), config.maxExamples())
              + " or lower buffer.max_per_label");
    }
    if (snapshot == null) {
      return CheckResult.degraded(
          "reading the buffer; %d pictures are waiting to be embedded"
              .formatted(index.pendingCount()));
    }
    return snapshot.labelsLeftOut() == 0
        ? CheckResult.UP
        : CheckResult.degraded(
            "%d labels beyond buffer.max_labels (%d), the rarest ones, are not learned from"
                .formatted(snapshot.labelsLeftOut(), config.maxLabels()));
  }
}
