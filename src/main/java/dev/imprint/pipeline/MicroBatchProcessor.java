package dev.imprint.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.jspecify.annotations.Nullable;

/**
 * Gathers records into batches, has a whole batch processed at once, and forwards the results of
 * each record. A batch ends when it is full, when its oldest record has lingered long enough, and
 * before every commit ({@link MicroBatchStore}), so a committed offset never stands for a record
 * without a result.
 *
 * <p>Used by its task's stream thread alone. If the function throws, the exception leaves through
 * Kafka Streams, nothing is committed, and the records are read again.
 */
final class MicroBatchProcessor
    implements Processor<byte[], byte[], byte[], byte[]>, MicroBatchStore.Batch {

  /** A record and where it lies. */
  record Input(Record<byte[], byte[]> record, String topic, int partition, long offset) {}

  /** A record to forward to the child node of this name. */
  record Output(Record<byte[], byte[]> record, String child) {}

  /** Processes a whole batch. */
  @FunctionalInterface
  interface Function {
    /**
     * @return the outputs of each input, in order
     */
    List<List<Output>> apply(List<Input> batch);
  }

  /**
   * When a batch ends.
   *
   * @param records most records of a batch
   * @param bytes size of all values at which a batch ends, so that few large ones do not fill the
   *     heap
   * @param linger longest that a record waits for others, at least a millisecond
   */
  record Limits(int records, long bytes, Duration linger) {}

  private record Entry(Record<byte[], byte[]> record, ProcessorRecordContext context) {
    boolean isAt(ProcessorRecordContext other) {
      return context.offset() == other.offset()
          && context.partition() == other.partition()
          && context.topic().equals(other.topic());
    }
  }

  private final String storeName;
  private final Limits limits;
  private final Function function;
  private final Deque<Entry> entries = new ArrayDeque<>();
  // Results of the first entries, not yet forwarded.
  private final Deque<Deque<Output>> outputs = new ArrayDeque<>();
  private long bytes;
  private @Nullable Cancellable timer;
  private @Nullable RuntimeException failure;

  @SuppressWarnings("NullAway.Init")
  private InternalProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init")
  private ProcessorNode<?, ?, ?, ?> node;

  MicroBatchProcessor(String storeName, Limits limits, Function function) {
    this.storeName = storeName;
    this.limits = limits;
    this.function = function;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    // Kafka Streams initialises the same instance again when it revives a task.
    discard();
    context = (InternalProcessorContext<byte[], byte[]>) processorContext;
    node = context.currentNode();
    MicroBatchStore store = processorContext.getStateStore(storeName);
    store.bind(this);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorRecordContext at = context.recordContext();
    // After a TimeoutException out of a forward, Kafka Streams hands in the same record again.
    boolean again = !entries.isEmpty() && entries.getLast().isAt(at);
    if (!outputs.isEmpty()) {
      flush();
    }
    if (again) {
      flush();
      return;
    }
    entries.add(new Entry(record, at));
    bytes += record.value() == null ? 0 : record.value().length;
    if (entries.size() >= limits.records() || bytes >= limits.bytes()) {
      flush();
    } else if (timer == null) {
      // One timer a batch: a standing one would make Kafka Streams commit while idle.
      timer = context.schedule(limits.linger(), PunctuationType.WALL_CLOCK_TIME, now -> lingered());
    }
  }

  /** Load is low: nobody gains from a later commit, and it is what makes the results visible. */
  private void lingered() {
    flush();
    context.commit();
  }

  @Override
  public void flush() {
    cancelTimer();
    if (entries.isEmpty()) {
      return;
    }
    if (failure != null) {
      throw failure;
    }
    if (outputs.isEmpty()) {
      apply().forEach(all -> outputs.add(new ArrayDeque<>(all)));
      if (outputs.size() != entries.size()) {
        throw new IllegalStateException(
            "%d results for %d records".formatted(outputs.size(), entries.size()));
      }
    }
    forwardOutputs();
    bytes = 0;
  }

  @Override
  public void discard() {
    cancelTimer();
    entries.clear();
    outputs.clear();
    failure = null;
    bytes = 0;
  }

  @Override
  public void close() {
    discard(); // every orderly close has committed before, hence flushed
  }

  /**
   * Kafka Streams flushes once more while it closes a failed task. The batch must not run again
   * then, and an Error would keep it from closing the rest.
   */
  private List<List<Output>> apply() {
    try {
      return function.apply(inputs());
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } catch (Error e) {
      failure = new IllegalStateException("the batch failed before", e);
      throw e;
    }
  }

  private List<Input> inputs() {
    List<Input> inputs = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      ProcessorRecordContext at = entry.context();
      inputs.add(new Input(entry.record(), at.topic(), at.partition(), at.offset()));
    }
    return inputs;
  }

  private void forwardOutputs() {
    ProcessorNode<?, ?, ?, ?> previousNode = context.currentNode();
    ProcessorRecordContext previousContext = context.recordContext();
    try {
      while (!outputs.isEmpty()) {
        // Inside prepareCommit there is no current node, and the record context is a later one's.
        context.setCurrentNode(node);
        context.setRecordContext(entries.getFirst().context());
        Deque<Output> ofFirst = outputs.getFirst();
        while (!ofFirst.isEmpty()) {
          Output output = ofFirst.getFirst();
          context.forward(output.record(), output.child());
          // Only now: a forward that times out is repeated, those before it are not.
          ofFirst.removeFirst();
        }
        outputs.removeFirst();
        entries.removeFirst();
      }
    } finally {
      context.setRecordContext(previousContext);
      context.setCurrentNode(previousNode);
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
