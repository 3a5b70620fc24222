package dev.imprint.pipeline;

import dev.imprint.pipeline.MicroBatchProcessor.BatchLimits;
import dev.imprint.pipeline.MicroBatchProcessor.Function;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.StreamsInternals.Place;
import dev.imprint.pipeline.part.Output;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The records that all tasks of one stream thread have gathered together and not processed yet. The
 * tasks share a transaction, so with one batch for all of them a commit costs at most one pass
 * through the model, however many partitions the thread has. Results wait with their task, as only
 * it can forward them.
 *
 * <p>Used only by its stream thread.
 */
final class ThreadBatch {
  /** Between two looks at whether a commit is due. */
  private static final Duration COMMIT_PATIENCE = Duration.ofMillis(5);

  /** A thread's first tasks are set up between two polls. */
  private static final Duration START_PATIENCE = Duration.ofMillis(20);

  /** A record, its location, and its outputs once it is processed. */
  static final class Gathered {
    private final Record<byte[], byte[]> record;
    private final Place place;
    private @Nullable Deque<Output> outputs;

    Gathered(Record<byte[], byte[]> record, Place place) {
      this.record = record;
      this.place = place;
    }

    Place place() {
      return place;
    }

    /** Outputs not yet forwarded; null until it is processed. */
    @Nullable Deque<Output> outputs() {
      return outputs;
    }

    private Input input() {
      return new Input(record, place.topic(), place.partition(), place.offset());
    }

    private int bytes() {
      return record.value() == null ? 0 : record.value().length;
    }
  }

  private final BatchLimits limits;
  private final Function function;
  private final List<Gathered> pending = new ArrayList<>();
  private final Set<MicroBatchProcessor> tasks = new HashSet<>();
  private final Set<MicroBatchProcessor> uncommitted = new HashSet<>();
  private long bytes;
  private @Nullable Cancellable timer;
  private @Nullable RuntimeException failure;

  ThreadBatch(BatchLimits limits, Function function) {
    this.limits = limits;
    this.function = function;
  }

  BatchLimits limits() {
    return limits;
  }

  void opened(MicroBatchProcessor task) {
    tasks.add(task);
  }

  void closed(MicroBatchProcessor task) {
    tasks.remove(task);
    uncommitted.remove(task);
  }

  void committing(MicroBatchProcessor task) {
    uncommitted.remove(task);
  }

  void uncommitted(MicroBatchProcessor task) {
    uncommitted.add(task);
  }

  void add(Gathered gathered) {
    pending.add(gathered);
    bytes += gathered.bytes();
  }

  /**
   * Longest time that its thread may wait for records. Kafka Streams looks at its timers and its
   * commit interval only between two polls, but a poll ends with the first record.
   *
   * @param idle while there is nothing to do for this batch
   */
  Duration patience(Duration idle) {
    if (!pending.isEmpty()) {
      return shorter(limits.linger(), COMMIT_PATIENCE);
    }
    if (!uncommitted.isEmpty()) {
      return COMMIT_PATIENCE;
    }
    return tasks.isEmpty() ? shorter(idle, START_PATIENCE) : idle;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  boolean isFull() {
    return pending.size() >= limits.records() || bytes >= limits.bytes();
  }

  boolean hasTimer() {
    return timer != null;
  }

  /**
   * @param toCancel processes this batch when its oldest record has lingered long enough
   */
  void setTimer(Cancellable toCancel) {
    timer = toCancel;
  }

  /** Processes all pending records of all tasks. */
  void process() {
    cancelTimer();
    if (pending.isEmpty()) {
      return;
    }
    if (failure != null) {
      throw failure;
    }
    List<List<Output>> outputs = apply(pending.stream().map(Gathered::input).toList());
    if (outputs.size() != pending.size()) {
      throw new IllegalStateException(
          "%d results for %d records".formatted(outputs.size(), pending.size()));
    }
    for (int i = 0; i < outputs.size(); i++) {
      pending.get(i).outputs = new ArrayDeque<>(outputs.get(i));
    }
    pending.clear();
    bytes = 0;
  }

  /** Forgets the records of a task that is being closed; another one will read them again. */
  void remove(Collection<Gathered> gone) {
    cancelTimer(); // it may be that task's; the commit bounds the wait until the next record
    pending.removeAll(gone);
    bytes = pending.stream().mapToLong(Gathered::bytes).sum();
    if (pending.isEmpty()) {
      failure = null;
    }
  }

  /**
   * Kafka Streams flushes once more while it closes failed tasks. The batch must not run again
   * then, and an Error would prevent the rest from being closed.
   */
  private List<List<Output>> apply(List<Input> inputs) {
    try {
      return function.apply(inputs);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } catch (Error e) {
      failure = new IllegalStateException("the batch failed before", e);
      throw e;
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
