package dev.imprint.pipeline;

import dev.imprint.pipeline.StreamsInternals.Place;
import dev.imprint.pipeline.ThreadBatch.Gathered;
import dev.imprint.pipeline.part.Output;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gathers one task's records into its thread's batch ({@link ThreadBatch}), has each batch
 * processed as a whole, and forwards the results of its own records: with its next record, and
 * before every commit ({@link MicroBatchStore}), so an offset is never committed before the result
 * of its record. A batch ends when it is full, when its oldest record has lingered long enough, and
 * before a commit.
 *
 * <p>Used only by its task's stream thread. If the function throws, the exception propagates
 * through Kafka Streams, nothing is committed, and the records are read again.
 */
final class MicroBatchProcessor
    implements Processor<byte[], byte[], byte[], byte[]>, MicroBatchStore.Batch {

  /** A record and its location. */
  record Input(Record<byte[], byte[]> record, String topic, int partition, long offset) {}

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
   * @param records most records in a batch
   * @param bytes total size of values at which a batch ends, so that a few large ones do not fill
   *     the heap
   * @param linger longest that a record waits for others, at least a millisecond
   */
  record BatchLimits(int records, long bytes, Duration linger) {}

  private final String storeName;
  private final ThreadLocal<ThreadBatch> batches;
  // Processed or not, and not yet forwarded; processed ones come first.
  private final Deque<Gathered> gathered = new ArrayDeque<>();

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init")
  private StreamsInternals.Node node;

  @SuppressWarnings("NullAway.Init")
  private ThreadBatch batch;

  /**
   * @param batches supplies each stream thread's own batch
   */
  MicroBatchProcessor(String storeName, ThreadLocal<ThreadBatch> batches) {
    this.storeName = storeName;
    this.batches = batches;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    batch = batches.get();
    // Kafka Streams initialises the same instance again when it revives a task.
    discard();
    batch.opened(this);
    context = processorContext;
    node = new StreamsInternals.Node(processorContext);
    MicroBatchStore store = processorContext.getStateStore(storeName);
    store.bind(this);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Place place = node.place();
    // After a TimeoutException from a forward, Kafka Streams passes the same record again.
    boolean again = !gathered.isEmpty() && gathered.getLast().place().isSame(place);
    forwardProcessed();
    if (again) {
      return;
    }
    Gathered added = new Gathered(record, place);
    gathered.add(added);
    batch.add(added);
    batch.uncommitted(this);
    if (batch.isFull()) {
      batch.process();
      forwardProcessed();
    } else if (!batch.hasTimer()) {
      // One timer per batch: a permanent one would make Kafka Streams commit while idle.
      batch.setTimer(
          context.schedule(
              batch.limits().linger(), PunctuationType.WALL_CLOCK_TIME, now -> lingered()));
    }
  }

  /**
   * Load is low, so nothing is gained by committing later. The commit makes all tasks of the thread
   * forward, and makes the results visible.
   */
  private void lingered() {
    batch.process();
    context.commit();
  }

  @Override
  public void flush() {
    batch.process();
    forwardProcessed();
    batch.committing(this);
  }

  @Override
  public void discard() {
    batch.remove(gathered);
    gathered.clear();
  }

  @Override
  public void close() {
    discard(); // every orderly close has committed first, and thus flushed
    batch.closed(this);
  }

  private void forwardProcessed() {
    while (!gathered.isEmpty()) {
      Gathered first = gathered.getFirst();
      Deque<Output> outputs = first.outputs();
      if (outputs == null) {
        return;
      }
      while (!outputs.isEmpty()) {
        Output output = outputs.getFirst();
        node.forward(first.place(), output.record(), output.child());
        // Only now: a forward that times out is repeated, earlier ones are not.
        outputs.removeFirst();
      }
      gathered.removeFirst();
    }
  }
}
