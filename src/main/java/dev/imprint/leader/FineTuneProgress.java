package dev.imprint.leader;

import dev.imprint.runs.TrainingLog;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.FineTuneTrainer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reports how a fine-tuning goes on: to people every few seconds, and to log and metrics. */
public final class FineTuneProgress implements FineTuneTrainer.Listener {
  private static final double EVERY_SECONDS = 15;

  private final TrainingLog log;
  private final Consumer<String> lines;
  private final LearningMetrics metrics;
  private final LongSupplier nanoTime;
  private TuningProgress.@Nullable Phase phase;
  private long phaseBegan;
  private long doneBefore;
  private long lastLine;

  /**
   * @param nanoTime such as {@link System#nanoTime}
   */
  public FineTuneProgress(
      TrainingLog log, Consumer<String> lines, LearningMetrics metrics, LongSupplier nanoTime) {
    this.log = log;
    this.lines = lines;
    this.metrics = metrics;
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
    Epoch ended = now.ended();
    if (ended != null) {
      log.epoch(ended);
      metrics.epoch(ended);
    }
    if (ended != null || (at - lastLine) / 1e9 >= EVERY_SECONDS) {
      lastLine = at;
      lines.accept(line(now, (at - phaseBegan) / 1e9));
    }
  }

  private String line(TuningProgress now, double seconds) {
    if (now.ended() != null) {
      return EpochLines.line(now.ended());
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
