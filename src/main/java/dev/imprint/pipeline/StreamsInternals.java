package dev.imprint.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.processor.internals.StreamThread;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * All our uses of Kafka Streams' internals: when Kafka is upgraded, check this file, and {@code
 * CrashTest}, which guards it. RATIONALE.md explains why each is needed.
 */
final class StreamsInternals {
  private StreamsInternals() {}

  /** A record's location, with everything else that Kafka Streams knows about it. */
  record Place(ProcessorRecordContext context) {
    String topic() {
      return context.topic();
    }

    int partition() {
      return context.partition();
    }

    long offset() {
      return context.offset();
    }

    boolean isSame(Place other) {
      return offset() == other.offset()
          && partition() == other.partition()
          && topic().equals(other.topic());
    }
  }

  /** One processor of one task; only for the task's stream thread. */
  static final class Node {
    private final InternalProcessorContext<byte[], byte[]> context;
    private final ProcessorNode<?, ?, ?, ?> node;

    /** To be called by the processor's {@code init}. */
    Node(ProcessorContext<byte[], byte[]> context) {
      this.context = (InternalProcessorContext<byte[], byte[]>) context;
      this.node = this.context.currentNode();
    }

    /** Of the record being processed. */
    Place place() {
      return new Place(context.recordContext());
    }

    /**
     * Forwards to a child as if the record at that place were being processed. Before a commit
     * there is no current node, and the current record is a later one.
     */
    void forward(Place place, Record<byte[], byte[]> record, String child) {
      ProcessorNode<?, ?, ?, ?> previousNode = context.currentNode();
      ProcessorRecordContext previousPlace = context.recordContext();
      try {
        context.setCurrentNode(node);
        context.setRecordContext(place.context());
        context.forward(record, child);
      } finally {
        context.setRecordContext(previousPlace);
        context.setCurrentNode(previousNode);
      }
    }
  }

  /**
   * A store that is notified before each commit: {@code StreamTask.prepareCommit} flushes the
   * caches of all stores, on every path, before it flushes the producer and reads the offsets to
   * commit.
   */
  abstract static class CommitAwareStore implements StateStore, CachedStateStore<Object, Object> {
    /** Records forwarded here belong to the commit. */
    abstract void beforeCommit();

    /** Work since the last commit is discarded; it will be done again. */
    abstract void discard();

    @Override
    public final void flushCache() {
      beforeCommit();
    }

    @Override
    public final void clearCache() {
      discard();
    }

    @Override
    public final boolean setFlushListener(
        CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
      return false;
    }
  }

  /**
   * Kafka Streams' own clients, except that each stream thread decides how long it waits for
   * records; Kafka Streams always waits for {@code poll.ms}.
   */
  static final class PatientClients extends DefaultKafkaClientSupplier {
    private final UnaryOperator<Duration> patience;

    /**
     * @param patience called by the stream thread, with the longest wait
     */
    PatientClients(UnaryOperator<Duration> patience) {
      this.patience = patience;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      var bytes = new ByteArrayDeserializer();
      return new KafkaConsumer<>(config, bytes, bytes) {
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
          return super.poll(patience.apply(atMost));
        }
      };
    }
  }

  /**
   * Makes the current stream thread, which has failed, leave its group at once; otherwise its
   * partitions are not read until its session times out.
   */
  static void leaveGroup() {
    if (Thread.currentThread() instanceof StreamThread failed) {
      failed.shutdown(GroupMembershipOperation.LEAVE_GROUP);
    }
  }
}
