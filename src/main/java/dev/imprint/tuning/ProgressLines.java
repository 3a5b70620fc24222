package dev.imprint.tuning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.tensorflow.tuning.TuningProgress.Phase;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Writes a child's progress, a few lines a second at most, and measures its phases. */
final class ProgressLines implements TuningProgress.Listener {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

  private final PrintStream out;
  private final LongSupplier nanos;
  private final Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
  private @Nullable Phase phase;
  private long written;
  private long last;

  /**
   * @param nanos a clock
   */
  ProgressLines(PrintStream out, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
    last = nanos.getAsLong();
    written = last - PAUSE;
  }

  @Override
  public void progress(TuningProgress progress) {
    long now = nanos.getAsLong();
    seconds.merge(progress.phase(), (now - last) / 1e9, Double::sum);
    last = now;
    boolean worthALine = progress.phase() != phase || progress.ended() != null;
    if (worthALine || now - written >= PAUSE) {
      phase = progress.phase();
      written = now;
      write(new TuningLine(progress, null));
    }
  }

  void fail(String reason) {
    write(new TuningLine(null, reason));
  }

  private void write(TuningLine line) {
    out.println(new String(Json.encode(line), UTF_8));
    out.flush();
  }

  Map<Phase, Double> seconds() {
    return seconds;
  }
}
