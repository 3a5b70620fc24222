package dev.imprint.pipeline;

import dev.imprint.pipeline.MicroBatchProcessor.BatchLimits;
import dev.imprint.pipeline.MicroBatchProcessor.Function;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.MicroBatchProcessor.Output;
import dev.imprint.pipeline.StreamsInternals.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The records that all tasks of one stream thread have gathered together and not processed yet.
 * They share a transaction, so with one batch for all of them a commit costs at most one pass
 * through the model, however many partitions the thread has. What comes out waits with its task,
 * which alone can forward it.
 *
 * <p>Used by its stream thread alone.
 */
final class ThreadBatch {
  /** A record, where it lies, and what came out of it once it is processed. */
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

    /** Those that have not been forwarded; null as long as it is not processed. */
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

  void add(Gathered gathered) {
    pending.add(gathered);
    bytes += gathered.bytes();
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

  /** Processes all that is pending, whichever task it is of. */
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

  /** Forgets what a task has gathered that goes; another one will read it again. */
  void remove(Collection<Gathered> gone) {
    cancelTimer(); // it may be the task's own; until the next record the commit bounds the wait
    pending.removeAll(gone);
    bytes = pending.stream().mapToLong(Gathered::bytes).sum();
    if (pending.isEmpty()) {
      failure = null;
    }
  }

  /**
   * Kafka Streams flushes once more while it closes failed tasks. The batch must not run again
   * then, and an Error would keep it from closing the rest.
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
