package dev.imprint.pipeline.learning;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.model.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Matches feedback with its image, whichever comes first. Takes three streams, all by image id:
 * predictions ({@link Prediction}), feedback ({@link ArrivedFeedback}), and the topic {@code
 * labels} itself (bytes), for {@link BufferedLabels}. {@link FeedbackDecision} decides the effect
 * of feedback; this class matches it, keeps it waiting, and lets it expire.
 *
 * <p>Used only by its task's stream thread. Records are forwarded before any store changes, so that
 * a failed forward can be repeated with the stores unchanged.
 */
final class LabelProcessor implements Processor<String, @Nullable Object, byte[], byte[]> {
  static final String RECENT = "recent-predictions";
  static final String WAITING = "waiting-feedback";
  static final String BUFFER = "buffer";
  static final String AWAITED = "awaited-labels";
  static final String SEEN = "seen-feedback";

  /**
   * How many records of one feedback partition are remembered, since the last of them may be read
   * again after a crash.
   */
  private static final long REMEMBERED = 100_000;

  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

  /** Images that were sent while the service was down come first. */
  private static final Duration LONGEST_GRACE = Duration.ofMinutes(1);

  /** Few enough for one transaction. */
  private static final int EXPIRED_AT_ONCE = 500;

  private final LearningConfig config;
  private final FeedbackDecision decision;
  private final ImagesProgress images;
  private final Clock clock;
  private @Nullable Cancellable timer;
  private long expireFrom;
  private boolean mayHaveLostWrites;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init")
  private RecentPredictions recent;

  @SuppressWarnings("NullAway.Init")
  private WaitingFeedback waiting;

  @SuppressWarnings("NullAway.Init")
  private BufferedLabels labels;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, String> seen;

  LabelProcessor(
      LearningConfig config, FeedbackDecision decision, ImagesProgress images, Clock clock) {
    this.config = config;
    this.decision = decision;
    this.images = images;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    recent = new RecentPredictions(context.getStateStore(RECENT), config.labelWindow());
    waiting = new WaitingFeedback(context.getStateStore(WAITING));
    labels =
        new BufferedLabels(
            new KnownLabels(context.getStateStore(BUFFER), context.getStateStore(AWAITED)),
            decision,
            context);
    seen = context.getStateStore(SEEN);
    timer = null; // Kafka Streams initialises the same instance again when it revives a task
    expireFrom = 0;
    mayHaveLostWrites =
        StreamsConfig.AT_LEAST_ONCE.equals(
            context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
    if (!waiting.isEmpty()) {
      expireFrom = clock.millis() + min(config.feedbackWait(), LONGEST_GRACE).toMillis();
      startTimer();
    }
  }

  @Override
  public void process(Record<String, @Nullable Object> record) {
    if (mayHaveLostWrites) { // the records that caused them are read again now
      labels.writeAgain();
      mayHaveLostWrites = false;
    }
    Object value = record.value();
    if (value instanceof Prediction prediction) {
      predicted(prediction);
    } else if (value instanceof ArrivedFeedback feedback) {
      arrived(feedback);
    } else {
      labels.read(record.key(), (byte[]) value, record.headers());
    }
  }

  private void predicted(Prediction prediction) {
    recent.add(prediction, clock.millis());
    if (timer != null) {
      for (WaitingFeedback.WaitingEntry entry : waiting.of(prediction.imageId())) {
        Effect effect = settle(entry.feedback(), false);
        if (effect.waits() == null) {
          waiting.remove(entry);
        } else if (effect.waits().learned() && !entry.feedback().learned()) {
          waiting.replace(entry, effect.waits());
        }
        overruleWaiting(entry.imageId(), effect.about(), entry.deadline());
      }
    }
  }

  private void arrived(ArrivedFeedback feedback) {
    String imageId = feedback.feedback().imageId();
    String before = seen.get(slot(feedback));
    boolean again = before != null && before.startsWith(identity(feedback));
    if (again) {
      Label inBuffer = labels.get(imageId);
      boolean current = inBuffer != null && inBuffer.feedback().equals(feedback.origin());
      // At the same place it was processed before a crash, which may have lost its effect.
      // Everything that followed it comes again too, so the last feedback still wins.
      boolean replayed = (identity(feedback) + place()).equals(before);
      if (current || !replayed) {
        // The crash may have lost its effect; label and picture may be written twice.
        labels.apply(imageId, decision.repeated(feedback, inBuffer));
        return;
      }
    }
    Effect effect = settle(feedback, false);
    if (feedback.feedback().verdict() == Verdict.FORGET) {
      forgotten(feedback).forEach(waiting::remove);
    }
    overruleWaiting(imageId, effect.about(), Long.MAX_VALUE);
    if (effect.waits() != null) {
      if (again) { // a crash may have left it there
        waiting.of(imageId).stream()
            .filter(entry -> entry.feedback().origin().equals(feedback.origin()))
            .forEach(waiting::remove);
      }
      waiting.add(effect.waits(), clock.millis() + config.feedbackWait().toMillis());
      startTimer();
    }
    seen.put(slot(feedback), identity(feedback) + place());
  }

  private Effect settle(ArrivedFeedback arrived, boolean last) {
    Feedback feedback = arrived.feedback();
    String imageId = feedback.imageId();
    Prediction prediction = recent.find(imageId, feedback.claim(), clock.millis());
    Effect effect = decision.decide(arrived, prediction, labels.get(imageId), last);
    labels.apply(imageId, effect);
    if (prediction != null && prediction.ask() && effect.judges()) {
      recent.answered(prediction, clock.millis());
    }
    return effect;
  }

  /**
   * The last feedback to arrive wins: earlier feedback that still waits must not restore what it
   * overruled, and produces only outcomes.
   *
   * @param about the image whose label it decided; null if none
   * @param before deadline of the last to arrive
   */
  private void overruleWaiting(String imageId, @Nullable Claim about, long before) {
    if (about != null && timer != null) {
      for (WaitingFeedback.WaitingEntry entry : waitingLike(imageId, about)) {
        if (entry.deadline() < before && !entry.feedback().learned()) {
          waiting.replace(entry, entry.feedback().nowLearned());
        }
      }
    }
  }

  /** Waiting feedback that is to be forgotten, too. */
  private List<WaitingFeedback.WaitingEntry> forgotten(ArrivedFeedback forget) {
    String imageId = forget.feedback().imageId();
    Claim claim = forget.feedback().claim();
    if (claim == null || !claim.topic().equals(forget.origin().topic())) {
      return waitingLike(imageId, claim);
    }
    return waiting.of(imageId).stream() // one label is meant, not the picture
        .filter(entry -> entry.feedback().origin().equals(claim))
        .toList();
  }

  /** Waiting feedback that may refer to the same image. */
  private List<WaitingFeedback.WaitingEntry> waitingLike(String imageId, @Nullable Claim claim) {
    return waiting.of(imageId).stream()
        .filter(
            entry -> {
              Claim its = entry.feedback().feedback().claim();
              return its == null || claim == null || its.equals(claim);
            })
        .toList();
  }

  /** Feedback stops waiting once all images that arrived during its wait have been read. */
  private void expire() {
    long now = clock.millis();
    long read = Math.min(now, images.readUntil());
    if (now >= expireFrom && read >= 0) {
      for (WaitingFeedback.WaitingEntry entry : waiting.expired(read, EXPIRED_AT_ONCE)) {
        settle(entry.feedback(), true);
        waiting.remove(entry);
      }
    }
    if (timer != null && waiting.isEmpty()) {
      timer.cancel();
      timer = null;
    }
  }

  /**
   * By the wall clock, as streams may be idle; a permanent timer would cause commits while idle.
   */
  private void startTimer() {
    if (timer == null) {
      timer =
          context.schedule(
              min(config.feedbackWait(), LONGEST_TICK),
              PunctuationType.WALL_CLOCK_TIME,
              now -> expire());
    }
  }

  /** The offset of the current record on the internal topic. */
  private String place() {
    return context.recordMetadata().map(at -> "@" + at.offset()).orElse("");
  }

  private static String slot(ArrivedFeedback feedback) {
    return feedback.origin().partition() + "-" + feedback.origin().offset() % REMEMBERED;
  }

  /** Includes the digest, which shows when a topic was recreated and its offsets start over. */
  private static String identity(ArrivedFeedback feedback) {
    return feedback.origin().offset() + "-" + feedback.origin().sha256();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
