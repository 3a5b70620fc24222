package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.model.CheckResult;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** The state of a part. Events lead to the next state, or keep this one. */
sealed interface PartState {
  /** The longest pause after a failure. */
  Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  CheckResult check();

  /** Kafka Streams runs. */
  default PartState runs(KafkaStreams streams) {
    return this;
  }

  /** A record was processed, though other threads may still be joining. */
  default PartState worked(KafkaStreams streams) {
    return this;
  }

  /**
   * @param inWork whether processing failed: a restart alone does not show that this is over
   */
  default PartState failed(Throwable cause, boolean inWork) {
    return new Failed(cause, inWork);
  }

  /** Kafka Streams has ended. */
  default PartState ended() {
    return failed(new IllegalStateException("Kafka Streams stopped unexpectedly"), false);
  }

  /** Waits for something before it starts. */
  record Held(String why) implements PartState {
    @Override
    public CheckResult check() {
      return CheckResult.degraded(why);
    }
  }

  /**
   * Is starting, or joining its group.
   *
   * @param before the failure that it restarts after; null for none
   */
  record Starting(@Nullable Failed before) implements PartState {
    @Override
    public CheckResult check() {
      return before == null ? CheckResult.down("starting") : before.check();
    }

    @Override
    public PartState runs(KafkaStreams streams) {
      return before == null || !before.inWork() ? new Running(streams) : this;
    }

    @Override
    public PartState worked(KafkaStreams streams) {
      return new Running(streams);
    }

    @Override
    public PartState failed(Throwable cause, boolean inWork) {
      return new Failed(cause, inWork || (before != null && before.inWork()));
    }
  }

  record Running(KafkaStreams streams) implements PartState {
    @Override
    public CheckResult check() {
      if (!streams.state().isRunningOrRebalancing()) {
        return CheckResult.down("Kafka Streams is " + streams.state());
      }
      String trouble = Clients.trouble(streams.metrics());
      return trouble == null
          ? CheckResult.UP
          : CheckResult.down(trouble + "; waiting for it, nothing is lost");
    }
  }

  /** Has failed, and will be restarted after a pause. */
  record Failed(Throwable cause, boolean inWork) implements PartState {
    @Override
    public CheckResult check() {
      return CheckResult.down(
          "stopped by a failure, nothing is lost, retrying within %d s: %s"
              .formatted(LONGEST_PAUSE.toSeconds(), rootCause(cause)));
    }

    @Override
    public PartState failed(Throwable another, boolean alsoInWork) {
      return new Failed(another, alsoInWork || inWork);
    }

    @Override
    public PartState ended() {
      return this; // caused by that failure
    }
  }

  /** Cannot be restarted in this process. */
  record Dead(Throwable cause) implements PartState {
    @Override
    public CheckResult check() {
      return CheckResult.down("its supervisor has died: " + rootCause(cause)).untilRestart();
    }

    @Override
    public PartState failed(Throwable another, boolean inWork) {
      return this;
    }
  }

  /** Is closed, or closing. */
  record Closed() implements PartState {
    @Override
    public CheckResult check() {
      return CheckResult.down("closed");
    }

    @Override
    public PartState failed(Throwable cause, boolean inWork) {
      return this;
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
