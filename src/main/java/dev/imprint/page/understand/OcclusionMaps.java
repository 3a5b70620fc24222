package dev.imprint.page.understand;

import dev.imprint.model.Backbone;
import dev.imprint.model.Head;
import dev.imprint.model.Lease;
import dev.imprint.model.Pixels;
import dev.imprint.model.ProbedDecoder;
import dev.imprint.model.RejectedException;
import dev.imprint.model.ServingModel;
import dev.imprint.page.feed.OneThread;
import dev.imprint.page.understand.OcclusionEvents.Begin;
import dev.imprint.page.understand.OcclusionEvents.Cells;
import dev.imprint.page.understand.OcclusionEvents.End;
import dev.imprint.web.api.EventStream;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes occlusion maps, one at a time, in a thread of its own that exists only meanwhile. Serving
 * comes first: batches are as small as the buffer's, and after each one it pauses for as long as
 * that took. A browser that leaves ends its map. Thread-safe; the creator must close it.
 */
final class OcclusionMaps implements AutoCloseable {
  static final Duration LONGEST = Duration.ofSeconds(60);

  private static final int MOST_AT_ONCE = 8;

  private static final String BUSY =
      "this instance is making an occlusion map already, and makes one at a time: try again in a"
          + " few seconds";

  private static final Logger LOG = LoggerFactory.getLogger(OcclusionMaps.class);

  private final Insight insight;
  private final Pause pause;
  private final OneThread thread = new OneThread("imprint-occlusion");

  /** Lets others work. */
  interface Pause {
    void of(long nanos) throws InterruptedException;
  }

  OcclusionMaps(Insight insight) {
    this(insight, TimeUnit.NANOSECONDS::sleep);
  }

  OcclusionMaps(Insight insight, Pause pause) {
    this.insight = insight;
    this.pause = pause;
  }

  /**
   * Checks what can be checked before there is a stream.
   *
   * @throws ProblemException if another map is being made, or the label is not known
   */
  void require(String label) throws ProblemException {
    if (thread.isWorking()) {
      throw ProblemException.tooMany(BUSY, Duration.ofSeconds(2));
    }
    try (Lease lease = PictureAnswers.borrowed(insight)) {
      Head head = lease.serving().head();
      if (head == null || !head.labels().contains(label)) {
        throw ProblemException.unusable(
            "the version %s does not know the label '%s'"
                .formatted(lease.serving().version(), label));
      }
    }
  }

  /** Makes a map for a browser, which it sends as it grows; then closes the stream. */
  void make(byte[] picture, String label, EventStream stream) {
    if (!thread.start(() -> run(picture, label, stream))) { // between the check and the stream
      stream.send(OcclusionEvents.END, new End(BUSY, 0));
      stream.close();
    }
  }

  private void run(byte[] picture, String label, EventStream stream) {
    long start = System.nanoTime();
    String problem = "the occlusion map failed; see the log";
    try (Lease lease = PictureAnswers.borrowed(insight)) {
      problem = map(lease.serving(), picture, label, stream);
    } catch (ProblemException | RejectedException e) {
      problem = e.getMessage();
    } catch (InterruptedException e) { // by close(); the thread ends
      problem = "the service is stopping";
    } catch (RuntimeException e) {
      LOG.warn("An occlusion map failed", e);
    } finally {
      thread.ended(); // first: the browser may ask for the next one at once
      double seconds = (System.nanoTime() - start) / 1e9;
      stream.send(OcclusionEvents.END, new End(problem, seconds));
      stream.close();
    }
  }

  /** Why it is incomplete; null if it is complete. */
  private @Nullable String map(ServingModel model, byte[] picture, String label, EventStream stream)
      throws RejectedException, InterruptedException {
    Backbone backbone = model.backbone();
    Head head = model.head();
    int of = head == null ? -1 : head.labels().indexOf(label);
    if (head == null || of < 0) {
      return "%s serves now, which does not know '%s'".formatted(model.version(), label);
    }
    long deadline = System.nanoTime() + LONGEST.toNanos();
    Pixels pixels = new ProbedDecoder(backbone.decoder()).decode(picture);
    float whole = probabilities(backbone, head, List.of(pixels))[0][of];
    String jpeg = Base64.getEncoder().encodeToString(Occlusion.jpeg(pixels));
    stream.send(
        OcclusionEvents.BEGIN,
        new Begin(model.version(), label, whole, Occlusion.GRID, Occlusion.PATCH, jpeg));
    int batch = Math.max(1, Math.min(MOST_AT_ONCE, insight.batch()));
    for (int from = 0; from < Occlusion.PATCHES; from += batch) {
      long began = System.nanoTime();
      if (began > deadline) {
        return "it took longer than %d s".formatted(LONGEST.toSeconds());
      }
      if (!stream.isOpen()) {
        return "the browser has disconnected";
      }
      List<Pixels> covered =
          IntStream.range(from, Math.min(Occlusion.PATCHES, from + batch))
              .mapToObj(patch -> Occlusion.covered(pixels, patch))
              .toList();
      List<Float> cells =
          Arrays.stream(probabilities(backbone, head, covered)).map(each -> each[of]).toList();
      stream.send(OcclusionEvents.CELLS, new Cells(from, cells));
      pause.of(System.nanoTime() - began);
    }
    return null;
  }

  private static float[][] probabilities(Backbone backbone, Head head, List<Pixels> pictures) {
    return head.probabilities(backbone.embed(pictures));
  }

  @Override
  public void close() {
    thread.close();
  }
}
