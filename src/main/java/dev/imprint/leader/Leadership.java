package dev.imprint.leader;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.LowPriority;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RefusedException;
import dev.imprint.training.Candidate;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of the instance that leads: it carries out commands one after the other, and trains
 * without one when a trigger fires. Both are reported on the topic of commands. A decision, its
 * command's offset and the answer are one transaction ({@link Answers}), so the next leader finds
 * each command either carried out or not begun.
 *
 * <p>Used only by the leader's thread, except for {@link #check()}; training runs in a separate
 * thread, which closing ends. Closes its constructor arguments.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final String BY_TRIGGER = "trigger";

  private final Publisher publisher;
  private final Answers answers;
  private final Retraining retraining;
  private final LearningMetrics metrics;
  private final Clock clock;
  private final ThreadFactory threads;
  private final Relabeller relabeller;
  private final TrainingSchedule schedule;
  private final RolloutCommands rollouts;
  private final Queue<CommandRecord> waiting = new ArrayDeque<>();
  private @Nullable TrainingRun run;
  private final PrecisionRun precision;

  /** Cleans up after an interrupted leadership, and announces which backbones are open. */
  public Leadership(
      Publisher publisher,
      Answers answers,
      Retraining retraining,
      TrainingTriggers triggers,
      LearningMetrics metrics,
      Clock clock) {
    this(
        publisher,
        answers,
        retraining,
        triggers,
        metrics,
        clock,
        run -> LowPriority.thread(run, "imprint-training"));
  }

  /**
   * @param threads for training runs
   */
  Leadership(
      Publisher publisher,
      Answers answers,
      Retraining retraining,
      TrainingTriggers triggers,
      LearningMetrics metrics,
      Clock clock,
      ThreadFactory threads) {
    this.publisher = publisher;
    this.answers = answers;
    this.retraining = retraining;
    this.metrics = metrics;
    this.clock = clock;
    this.threads = threads;
    this.relabeller = new Relabeller(publisher, answers, retraining);
    this.rollouts = new RolloutCommands(publisher, answers);
    this.precision = new PrecisionRun(clock, work -> LowPriority.thread(work, "imprint-precision"));
    ModelVersion newest = publisher.models().newestTrained();
    this.schedule = new TrainingSchedule(triggers, retraining, relabeller, clock, newest);
    if (newest != null) {
      metrics.judged(newest.judgement());
    }
    publisher.clean();
    publisher.announce();
  }

  /** From now on, it also chooses the precision that serving computes in. */
  public Leadership choosing(PrecisionTrial trial) {
    precision.by(trial);
    return this;
  }

  /**
   * DEGRADED with its cause after a failed training, or while the buffer is not followed; DOWN if
   * only a restart can fix that.
   */
  CheckResult check() {
    CheckResult learning = retraining.check();
    CheckResult training = schedule.check();
    return learning.restartHelps() || training.status() == CheckResult.Status.UP
        ? learning
        : training;
  }

  /** Whether no further command should be passed in. */
  boolean isBusy() {
    return run != null || !waiting.isEmpty();
  }

  /** Accepts a record of the commands topic. */
  void accept(ConsumerRecord<byte[], byte[]> record) {
    CommandRecord arrived = Answers.read(record);
    if (arrived != null) {
      waiting.add(arrived);
    }
  }

  /**
   * Does everything due now, without waiting for a training.
   *
   * @throws KafkaException if another instance leads, or Kafka does not answer: the leadership is
   *     over
   */
  void step() {
    TrainingRun current = run;
    if (current != null) {
      follow(current);
    } else if (!waiting.isEmpty()) {
      handle(waiting.remove());
    } else {
      TrainingStart start = schedule.due(publisher.models());
      if (start != null) {
        train(start, null);
      } else {
        precision.step(publisher);
      }
    }
  }

  private void follow(TrainingRun current) {
    boolean done = current.isDone(); // checked first: no line is added after that
    for (String line = current.progress(); line != null; line = current.progress()) {
      answers.progress(current.reported(), line);
    }
    if (done) {
      run = null;
      conclude(current);
    }
  }

  private void train(TrainingStart start, @Nullable PendingCommand pending) {
    run = new TrainingRun(retraining, start, serving(), pending, clock.instant(), threads);
  }

  private @Nullable String serving() {
    Rollout rollout = publisher.models().rollout();
    return rollout == null ? null : rollout.serving();
  }

  private void handle(CommandRecord arrived) {
    if (arrived instanceof UnreadableCommand unreadable) {
      metrics.commandRejected();
      answers.reject(unreadable);
    } else if (arrived instanceof PendingCommand pending) {
      carryOut(pending);
    }
  }

  private void carryOut(PendingCommand pending) {
    Command command = pending.command();
    String expected = command.expectedServing();
    if (clock.instant().isAfter(command.expiresAt())) {
      answers.end(pending, State.REFUSED, "it expired at " + command.expiresAt(), null);
    } else if (expected != null && !expected.equals(serving())) {
      String serving = serving() == null ? "nothing" : serving();
      String why = "%s serves, not %s".formatted(serving, expected);
      answers.end(pending, State.REFUSED, why, null);
    } else if (command.kind() == Command.Kind.RETRAIN || command.kind() == Command.Kind.FINE_TUNE) {
      train(TrainingStart.COMMAND, pending);
    } else if (command.change() != null) {
      relabeller.carryOut(pending, command.change());
    } else {
      rollouts.carryOut(pending);
    }
  }

  private void conclude(TrainingRun ended) {
    Reported reported = ended.reported();
    PendingCommand pending = ended.pending();
    Duration time = Duration.between(ended.startedAt(), clock.instant());
    try {
      Candidate candidate = ended.result().startedBy(ended.start());
      boolean promoted = candidate.judgement().promoted();
      State state = promoted ? State.DONE : State.REFUSED;
      String reason = candidate.judgement().reason();
      publisher.publish(
          candidate,
          ended.parent(),
          pending == null ? BY_TRIGGER : pending.command().by(),
          (producer, version) -> answers.write(producer, reported, state, reason, version));
      metrics.judged(candidate.judgement());
      worked(ended, promoted ? RunEnd.PROMOTED : RunEnd.REFUSED, time);
      answers.send(retraining.trimming());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TooFewLabelsException tooFew) {
        LOG.info("Nothing was trained: {}", tooFew.getMessage());
        worked(ended, RunEnd.TOO_FEW_LABELS, time);
        answers.end(reported, State.REFUSED, String.valueOf(tooFew.getMessage()), null);
      } else if (e.getCause() instanceof NothingNewException nothingNew) {
        LOG.info("Nothing was trained: {}", nothingNew.getMessage());
        worked(ended, RunEnd.NOTHING_NEW, time);
        answerNothingNew(reported, nothingNew);
      } else if (e.getCause() instanceof RefusedException refused) {
        answers.end(reported, State.REFUSED, String.valueOf(refused.getMessage()), null);
      } else {
        failed(ended, e.getCause() == null ? e : e.getCause(), time);
      }
    } catch (RefusedException | IOException e) {
      failed(ended, e, time);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** If what it asks for is the case already, it is done: the trigger may have been faster. */
  private void answerNothingNew(Reported reported, NothingNewException nothingNew) {
    String version = nothingNew.version();
    if (version.equals(serving())) {
      String remedy = reported instanceof OwnTraining ? "" : " (--force trains anyway)";
      String message = "it serves, and has learned from all labels" + remedy;
      answers.end(reported, State.DONE, message, version);
    } else {
      answers.end(reported, State.REFUSED, String.valueOf(nothingNew.getMessage()), null);
    }
  }

  private void worked(TrainingRun ended, RunEnd outcome, Duration time) {
    metrics.trained(outcome, time);
    schedule.worked(ended, outcome);
  }

  private void failed(TrainingRun ended, Throwable cause, Duration time) {
    schedule.failed(ended, cause);
    metrics.trained(RunEnd.FAILED, time);
    answers.end(ended.reported(), State.FAILED, "training failed: " + cause, null);
  }

  @Override
  public void close() {
    try (answers;
        publisher;
        retraining;
        precision) { // closed in reverse order, each even if another fails
      if (run != null) {
        run.cancel();
      }
    } finally {
      metrics.judged(null);
    }
  }
}
