package dev.imprint.page.classes;

import dev.imprint.buffer.Example;
import dev.imprint.comparison.VersionAnswers;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.page.feed.OneThread;
import dev.imprint.page.watch.LedExamples;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.training.evaluation.UnseenAnswer;
import dev.imprint.web.api.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reviews the labels again and again while somebody asks for what it finds, in one thread that
 * exists only while it works, at a low priority. With 20,000 pictures, that takes seconds, so it
 * pauses ten times as long. Thread-safe; the creator must close it.
 */
final class Review implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Review.class);
  private static final Duration PAUSE = Duration.ofSeconds(15);
  private static final Duration AFTER_CHANGE = Duration.ofSeconds(2);
  private static final int PAUSES = 10;

  private static final String NOT_LEADING =
      "This instance is not the leader, so it has no embeddings: it finds identical files and"
          + " contradicting labels of different people, but no near duplicates and no labels that"
          + " the model doubts. Open the leader's page.";

  private final Supplier<Models> models;
  private final ModelStore store;
  private final LabelReading labels;
  private final Supplier<@Nullable LedExamples> led;
  private final Clock clock;
  private final OneThread thread = new OneThread("imprint-classes");
  // All guarded by this.
  private Reviewed last = new Reviewed(Findings.NONE, ReviewState.NONE);
  private @Nullable Basis basis;
  private long endedAt;
  private long took;

  record Reviewed(Findings findings, ReviewState state) {}

  /** If it changes, a review is out of date. */
  private record Basis(@Nullable String serving, LabelChanges changes, boolean leads) {}

  /**
   * @param models what the instance's follower has read
   * @param led null while this instance does not lead
   */
  Review(
      Supplier<Models> models,
      ModelStore store,
      LabelReading labels,
      Supplier<@Nullable LedExamples> led,
      Clock clock) {
    this.models = models;
    this.store = store;
    this.labels = labels;
    this.led = led;
    this.clock = clock;
  }

  /** What the last review found; starts another one if it is out of date. */
  synchronized Reviewed now() {
    if (!thread.isWorking() && isDue()) {
      basis = basis();
      thread.start(this::run);
    }
    return new Reviewed(last.findings(), last.state().running(thread.isWorking()));
  }

  private boolean isDue() {
    long since = System.nanoTime() - endedAt;
    return basis == null
        || since > Math.max(PAUSE.toNanos(), PAUSES * took)
        || (since > AFTER_CHANGE.toNanos() && !basis.equals(basis()));
  }

  private Basis basis() {
    Models known = models.get();
    ModelVersion serving = known.serving();
    return new Basis(
        serving == null ? null : serving.version(), known.labelChanges(), led.get() != null);
  }

  private void run() {
    long began = System.nanoTime();
    Reviewed next = null;
    try {
      next = review();
    } catch (InterruptedException e) {
      LOG.debug("The review of labels was stopped", e);
    } catch (ProblemException | IOException | KafkaException e) {
      next = failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.warn("The review of labels failed", e);
      next = failed(e.toString());
    } finally {
      ended(next, began);
    }
  }

  private synchronized Reviewed failed(String why) {
    return new Reviewed(last.findings(), last.state().failed(why));
  }

  private synchronized void ended(@Nullable Reviewed next, long began) {
    last = next == null ? last : next;
    endedAt = System.nanoTime();
    took = endedAt - began;
    thread.ended();
  }

  private Reviewed review() throws ProblemException, IOException, InterruptedException {
    Models known = models.get();
    LabelledSet set = labels.now(known.labelChanges());
    LedExamples its = led.get();
    if (its == null) {
      Findings findings = Findings.of(set, known.labelChanges(), null, List.of());
      return reviewed(findings, set.labels().size(), 0, List.of(NOT_LEADING));
    }
    List<Example> examples = its.snapshot().under(known.labelChanges()).examples();
    List<UnseenAnswer> answers = VersionAnswers.unseen(store, its.backbone(), examples);
    List<UnseenAnswer> knowing = answers.stream().filter(UnseenAnswer::knowsLabel).toList();
    Findings findings = Findings.of(set, known.labelChanges(), examples, knowing);
    List<String> notes = notes(its, known, examples.size(), knowing.size());
    return reviewed(findings, examples.size(), knowing.size(), notes);
  }

  private Reviewed reviewed(Findings findings, int pictures, int judged, List<String> notes) {
    return new Reviewed(
        findings, new ReviewState(false, clock.instant(), pictures, judged, notes, null));
  }

  private static List<String> notes(LedExamples led, Models models, int pictures, int judged) {
    List<String> notes = new ArrayList<>();
    if (!led.caughtUp()) {
      notes.add("The leader is still reading the labelled pictures, so some are missing.");
    }
    if (pictures > Findings.MOST_COMPARED) {
      notes.add(
          "%,d pictures are too many to compare every pair (at most %,d): duplicates are only files"
                  .formatted(pictures, Findings.MOST_COMPARED)
              + " with the same bytes.");
    }
    if (models.serving() == null) {
      notes.add("No version serves yet, so none can doubt a label.");
    } else if (models.serving().network() != null) {
      notes.add(
          "The serving version is fine-tuned. Its network's embeddings differ from those in the"
              + " leader's buffer, so it judges no pictures here; 'imprint labels suspicious'"
              + " can.");
    } else if (judged < pictures) {
      notes.add(
          ("%,d were not judged: the serving version does not know their labels, or has learned from"
                  + " them. 'imprint labels suspicious' can train heads that judge more.")
              .formatted(pictures - judged));
    }
    return notes;
  }

  @Override
  public void close() {
    thread.close();
  }
}
