package dev.imprint.leader.trigger;

import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.buffer.Example;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the buffer's labels that are new, or have changed, since the last training. For the
 * leader's thread: counting takes milliseconds, and the leader asks often.
 */
public final class UnlearnedLabels {
  private final Buffer buffer;
  private final Trainer trainer;
  private final LearnedLabels before;
  // Null until the buffer has been read for the first time.
  private @Nullable Map<String, String> learned;
  private @Nullable BufferSnapshot counted;
  private Trigger.Labels labels = Trigger.Labels.NONE;

  /**
   * @param before what the last training learned, when the leadership began
   */
  public UnlearnedLabels(Buffer buffer, Trainer trainer, LearnedLabels before) {
    this.buffer = buffer;
    this.trainer = trainer;
    this.before = before;
  }

  public Trigger.Labels count(LabelChanges changes) {
    BufferSnapshot now = buffer.snapshot();
    // While it is being read, the order of arrival does not show what is new.
    if (!buffer.caughtUp()) {
      return Trigger.Labels.NONE;
    }
    if (now != counted) {
      BufferSnapshot named = now.under(changes);
      if (learned == null) {
        learned = LearnedLabels.named(before.withUnlisted(named.examples()), changes);
      }
      boolean enough = !learned.isEmpty() || trainer.canTrain(named.examples());
      labels = new Trigger.Labels(named.changedSince(learned), learned.size(), enough);
      counted = now;
    }
    return labels;
  }

  public void relabel(LabelChanges changes) {
    learned = learned == null ? null : LearnedLabels.named(learned, changes);
    counted = null;
  }

  /** A training has learned from these. */
  public void learned(List<Example> examples) {
    Map<String, String> now = new HashMap<>();
    examples.forEach(example -> now.put(example.imageId(), example.label()));
    learned = now;
    counted = null;
  }
}
