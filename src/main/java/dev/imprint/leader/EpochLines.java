package dev.imprint.leader;

import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.HeadTrainer.EpochListener;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lines about a training's progress, one every {@value #EVERY} epochs. */
final class EpochLines implements EpochListener {
  private static final int EVERY = 20;

  private final Consumer<String> lines;
  private final LongSupplier nanoTime;
  private long phaseBegan;
  private long lastAt;

  /**
   * @param nanoTime such as {@link System#nanoTime}
   */
  EpochLines(Consumer<String> lines, LongSupplier nanoTime) {
    this.lines = lines;
    this.nanoTime = nanoTime;
    this.lastAt = nanoTime.getAsLong();
  }

  @Override
  public void epoch(Epoch epoch) {
    long now = nanoTime.getAsLong();
    if (epoch.number() == 1) {
      phaseBegan = lastAt;
    }
    lastAt = now;
    if (epoch.number() % EVERY == 0) {
      double each = (now - phaseBegan) / 1e9 / epoch.number();
      lines.accept(
          "%s%s; %.0f s left at most"
              .formatted(
                  epoch.phase() == Epoch.Phase.TRIAL ? "trying settings, " : "",
                  line(epoch),
                  each * (epoch.most() - epoch.number())));
    }
  }

  static String line(Epoch epoch) {
    return "epoch %d of at most %d: loss %.4f%s"
        .formatted(epoch.number(), epoch.most(), epoch.loss(), validation(epoch.validation()));
  }

  private static String validation(Epoch.@Nullable Validation validation) {
    return validation == null
        ? ""
        : ", validation loss %.4f and accuracy %.3f"
            .formatted(validation.loss(), validation.accuracy());
  }
}
