package dev.imprint.page.watch;

import dev.imprint.model.CheckResult;
import dev.imprint.page.feed.VersionAccuracy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The service at one moment; sent every second.
 *
 * @param images predictions in the last second, of all instances
 * @param deadLetters in the last second, of images and feedback
 * @param shown to this browser in the last second
 * @param latency null while no prediction came in the last ten seconds
 * @param accuracy by version, the newest first
 * @param serving the version that this instance serves with; null until it does
 * @param problem why the figures may be old; null if they are not
 */
record Figures(
    Instant at,
    double images,
    double deadLetters,
    Watcher.Shown shown,
    @Nullable Latency latency,
    List<VersionAccuracy> accuracy,
    CheckResult.Status health,
    @Nullable String serving,
    @Nullable String problem) {

  /**
   * From the timestamp of an image's record to its prediction, over the last ten seconds, or over
   * the newest {@value LiveFigures#MOST_LATENCIES} predictions if there were more.
   *
   * @param p50 milliseconds that half of the predictions took at most; likewise {@code p95}
   */
  record Latency(long p50, long p95) {}

  Figures showing(Watcher.Shown its) {
    return new Figures(at, images, deadLetters, its, latency, accuracy, health, serving, problem);
  }

  Figures {
    accuracy = List.copyOf(accuracy);
  }
}
