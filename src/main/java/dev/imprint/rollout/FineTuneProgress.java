package dev.imprint.rollout;

import dev.imprint.runs.TrainingLog;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.FineTuneTrainer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reports how a fine-tuning goes on: to people every few seconds, and to log and metrics. */
final class FineTuneProgress implements FineTuneTrainer.Listener {
  private static final double EVERY_SECONDS = 15;

  private final TrainingLog log;
  private final Consumer<String> lines;
  private final LearningMetrics metrics;
  private final int epochs;
  private final LongSupplier nanoTime;
  private TuningProgress.@Nullable Phase phase;
  private long phaseBegan;
  private long doneBefore;
  private long lastLine;

  /**
   * @param epochs of the tuning, at most
   * @param nanoTime such as {@link System#nanoTime}
   */
  FineTuneProgress(
      TrainingLog log,
      Consumer<String> lines,
      LearningMetrics metrics,
      int epochs,
      LongSupplier nanoTime) {
    this.log = log;
    this.lines = lines;
    this.metrics = metrics;
    this.epochs = epochs;
    this.nanoTime = nanoTime;
  }

  @Override
  public void waiting(int pictures) {
    lines.accept("%d pictures are waiting to be read".formatted(pictures));
  }

  @Override
  public void progress(TuningProgress now) {
    long at = nanoTime.getAsLong();
    if (now.phase() != phase) {
      phase = now.phase();
      phaseBegan = at;
      doneBefore = now.done();
      lastLine = at;
    }
    Epoch.Validation validation = now.validation();
    if (validation != null) {
      Epoch epoch = new Epoch(Epoch.Phase.TUNING, now.epoch(), epochs, now.loss(), validation);
      log.epoch(epoch);
      metrics.epoch(epoch);
    }
    if (validation != null || (at - lastLine) / 1e9 >= EVERY_SECONDS) {
      lastLine = at;
      lines.accept(line(now, (at - phaseBegan) / 1e9));
    }
  }

  private String line(TuningProgress now, double seconds) {
    Epoch.Validation validation = now.validation();
    if (validation != null) {
      return "epoch %d of at most %d: loss %.4f, validation loss %.4f and accuracy %.3f"
          .formatted(now.epoch(), epochs, now.loss(), validation.loss(), validation.accuracy());
    }
    String what =
        switch (now.phase()) {
          case ACTIVATIONS -> "views through the frozen layers";
          case HEAD -> "epochs of the head";
          case TUNING -> "steps of epoch " + now.epoch();
        };
    long done = now.done() - doneBefore;
    String left =
        done > 0 && now.phase() == TuningProgress.Phase.ACTIVATIONS
            ? "; %.0f s left".formatted(seconds / done * (now.of() - now.done()))
            : "";
    return "%d of %d %s%s".formatted(now.done(), now.of(), what, left);
  }
}
