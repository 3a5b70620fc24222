package dev.imprint.pipeline;

import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.model.Verdict;
import dev.imprint.pipeline.FeedbackDecision.Effect;
import dev.imprint.pipeline.MicroBatchProcessor.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Where feedback meets its image, whichever comes first. Takes three streams, all by image id:
 * predictions ({@link Prediction}), feedback ({@link ArrivedFeedback}), and the topic {@code
 * labels} itself ({@link Label} or null), so that it knows what the leader took out of the buffer.
 * {@link FeedbackDecision} says what feedback leads to; here it is found, waits and expires.
 *
 * <p>Used by its task's stream thread alone. Records are forwarded before any store changes, so
 * that a forward that fails and is repeated finds things as they were.
 */
final class LabelProcessor implements Processor<String, @Nullable Object, byte[], byte[]> {
  static final String RECENT = "recent-predictions";
  static final String WAITING = "waiting-feedback";
  static final String BUFFER = "buffer";
  static final String SEEN = "seen-feedback";

  /**
   * How many records of one feedback partition are remembered, since the last of them may come
   * again after a crash.
   */
  private static final long REMEMBERED = 100_000;

  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

  /** Images that were sent while the service was down come first. */
  private static final Duration LONGEST_GRACE = Duration.ofMinutes(1);

  /** Few enough for a transaction. */
  private static final int EXPIRED_AT_ONCE = 500;

  private final LearningConfig config;
  private final FeedbackDecision decision;
  private final Clock clock;
  private @Nullable Cancellable timer;
  private long expireFrom;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init")
  private RecentPredictions recent;

  @SuppressWarnings("NullAway.Init")
  private WaitingFeedback waiting;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> buffer;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, String> seen;

  LabelProcessor(LearningConfig config, FeedbackDecision decision, Clock clock) {
    this.config = config;
    this.decision = decision;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    recent = new RecentPredictions(context.getStateStore(RECENT), config.labelWindow());
    waiting = new WaitingFeedback(context.getStateStore(WAITING));
    buffer = context.getStateStore(BUFFER);
    seen = context.getStateStore(SEEN);
    timer = null; // Kafka Streams initialises the same instance again when it revives a task
    expireFrom = 0;
    if (!waiting.isEmpty()) {
      expireFrom = clock.millis() + min(config.feedbackWait(), LONGEST_GRACE).toMillis();
      startTimer();
    }
  }

  @Override
  public void process(Record<String, @Nullable Object> record) {
    Object value = record.value();
    if (value instanceof Prediction prediction) {
      predicted(prediction);
    } else if (value instanceof ArrivedFeedback feedback) {
      arrived(feedback);
    } else if (record.key() != null && value instanceof Label label) {
      // We alone write labels, so what is here is this one or newer; unless a tombstone that is
      // older than our label came in between and took it.
      buffer.putIfAbsent(record.key(), Json.encode(label));
    } else if (record.key() != null && value == null) {
      tombstone(record.key(), LabelRemoval.of(record.headers()));
    }
  }

  private void predicted(Prediction prediction) {
    recent.add(prediction, clock.millis());
    if (timer != null) {
      for (WaitingFeedback.Entry entry : waiting.of(prediction.imageId())) {
        if (settle(entry.feedback(), false) == null) {
          waiting.remove(entry);
        }
      }
    }
  }

  private void arrived(ArrivedFeedback feedback) {
    if (isDuplicate(feedback)) {
      // The crash may have taken what it led to; label and picture may be written twice.
      String imageId = feedback.feedback().imageId();
      apply(imageId, decision.again(feedback, inBuffer(imageId)));
      return;
    }
    ArrivedFeedback waits = settle(feedback, false);
    if (feedback.feedback().verdict() == Verdict.FORGET) {
      forgetWaiting(feedback.feedback());
    }
    if (waits != null) {
      if (waits.learned()) {
        overruleWaiting(waits.feedback());
      }
      waiting.add(waits, clock.millis() + config.feedbackWait().toMillis());
      startTimer();
    }
    seen.put(slot(feedback), identity(feedback));
  }

  /**
   * The leader's, or our own come back.
   *
   * @param removal which label the leader means; null if it is our own, or an operator's
   */
  private void tombstone(String imageId, @Nullable LabelRemoval removal) {
    Label current = inBuffer(imageId);
    if (removal == null) {
      buffer.delete(imageId);
    } else if (current != null) {
      apply(imageId, decision.remove(current, removal));
    }
  }

  /**
   * @return what has to wait; null if all is said
   */
  private @Nullable ArrivedFeedback settle(ArrivedFeedback arrived, boolean last) {
    Feedback feedback = arrived.feedback();
    Prediction prediction = recent.find(feedback.imageId(), feedback.claim(), clock.millis());
    Effect effect = decision.decide(arrived, prediction, inBuffer(feedback.imageId()), last);
    apply(feedback.imageId(), effect);
    return effect.waits();
  }

  private void apply(String imageId, Effect effect) {
    for (Output output : effect.outputs()) {
      context.forward(output.record(), output.child());
    }
    if (effect.put() != null) {
      buffer.put(imageId, Json.encode(effect.put()));
    } else if (effect.drop()) {
      buffer.delete(imageId);
    }
  }

  /** The last to arrive wins, so what came before and still waits must not bring it back. */
  private void forgetWaiting(Feedback forget) {
    waitingLike(forget).forEach(waiting::remove);
  }

  /** Likewise where the last one did not have to wait; what came before makes outcomes alone. */
  private void overruleWaiting(Feedback last) {
    for (WaitingFeedback.Entry entry : waitingLike(last)) {
      waiting.replace(entry, entry.feedback().nowLearned());
    }
  }

  /** What waits and may mean the same image. */
  private List<WaitingFeedback.Entry> waitingLike(Feedback feedback) {
    Claim claim = feedback.claim();
    return waiting.of(feedback.imageId()).stream()
        .filter(
            entry -> {
              Claim its = entry.feedback().feedback().claim();
              return its == null || claim == null || its.equals(claim);
            })
        .toList();
  }

  private void expire() {
    long now = clock.millis();
    if (now >= expireFrom) {
      for (WaitingFeedback.Entry entry : waiting.expired(now, EXPIRED_AT_ONCE)) {
        settle(entry.feedback(), true);
        waiting.remove(entry);
      }
    }
    if (timer != null && waiting.isEmpty()) {
      timer.cancel();
      timer = null;
    }
  }

  /** By the wall clock, as streams may be idle; a standing timer would commit while idle. */
  private void startTimer() {
    if (timer == null) {
      timer =
          context.schedule(
              min(config.feedbackWait(), LONGEST_TICK),
              PunctuationType.WALL_CLOCK_TIME,
              now -> expire());
    }
  }

  private @Nullable Label inBuffer(String imageId) {
    byte[] label = buffer.get(imageId);
    try {
      return label == null ? null : Json.decode(label, Label.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // written here
    }
  }

  private boolean isDuplicate(ArrivedFeedback feedback) {
    return identity(feedback).equals(seen.get(slot(feedback)));
  }

  private static String slot(ArrivedFeedback feedback) {
    return feedback.origin().partition() + "-" + feedback.origin().offset() % REMEMBERED;
  }

  /** With the digest, which tells a topic that was made anew, whose offsets begin again. */
  private static String identity(ArrivedFeedback feedback) {
    return feedback.origin().offset() + "-" + feedback.origin().sha256();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
