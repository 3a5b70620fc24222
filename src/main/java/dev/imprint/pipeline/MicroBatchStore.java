package dev.imprint.pipeline;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Holds no data. It exists so that a task's micro-batch is emptied before Kafka Streams commits.
 *
 * <p>Used only by its task's stream thread; connect it to one processor only.
 */
final class MicroBatchStore extends StreamsInternals.CommitAwareStore {
  /** The batch to empty. */
  interface Batch {
    /** Processes and forwards everything gathered so far. */
    void flush();

    /** Forgets everything gathered; it will be read again. */
    void discard();
  }

  private final String name;
  private @Nullable Batch batch;
  private boolean open;

  private MicroBatchStore(String name) {
    this.name = name;
  }

  void bind(Batch toEmpty) {
    batch = toEmpty;
  }

  @Override
  void beforeCommit() {
    if (batch != null) {
      batch.flush();
    }
  }

  @Override
  void discard() {
    if (batch != null) {
      batch.discard();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void close() {
    discard();
    batch = null;
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Builds stores of this name, unlogged and uncached, since they hold nothing. */
  record Builder(String name) implements StoreBuilder<MicroBatchStore> {
    @Override
    public MicroBatchStore build() {
      return new MicroBatchStore(name);
    }

    @Override
    public StoreBuilder<MicroBatchStore> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<MicroBatchStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<MicroBatchStore> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("a micro-batch must be empty at every commit");
    }

    @Override
    public StoreBuilder<MicroBatchStore> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
