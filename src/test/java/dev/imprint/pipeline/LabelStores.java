package dev.imprint.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The parts of Kafka Streams that a label processor needs, with its stores in memory. */
record LabelStores(MockProcessorContext<byte[], byte[]> context) {
  LabelStores() {
    this(StreamsConfig.EXACTLY_ONCE_V2);
  }

  /**
   * @param guarantee of processing
   */
  LabelStores(String guarantee) {
    this(new MockProcessorContext<>(properties(guarantee)));
    for (String bytes : List.of(LabelProcessor.RECENT, LabelProcessor.WAITING)) {
      add(
          Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(bytes), Serdes.ByteArray(), Serdes.ByteArray()));
    }
    for (String labels : List.of(LabelProcessor.BUFFER, LabelProcessor.AWAITED)) {
      add(
          Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(labels), Serdes.String(), Serdes.ByteArray()));
    }
    add(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(LabelProcessor.SEEN), Serdes.String(), Serdes.String()));
  }

  /** How many writes on labels have not come back. */
  long awaited() {
    KeyValueStore<String, byte[]> awaited = context.getStateStore(LabelProcessor.AWAITED);
    long count = 0;
    try (var all = awaited.all()) {
      for (; all.hasNext(); all.next()) {
        count++;
      }
    }
    return count;
  }

  /** As if these images had never been there, nothing was predicted, and nothing waited. */
  void lose(Set<String> imageIds) {
    for (String id : imageIds) {
      context.<KeyValueStore<String, byte[]>>getStateStore(LabelProcessor.BUFFER).delete(id);
      context.<KeyValueStore<String, byte[]>>getStateStore(LabelProcessor.AWAITED).delete(id);
    }
    clear(context.<KeyValueStore<byte[], byte[]>>getStateStore(LabelProcessor.RECENT));
    clear(context.<KeyValueStore<byte[], byte[]>>getStateStore(LabelProcessor.WAITING));
    clear(context.<KeyValueStore<String, String>>getStateStore(LabelProcessor.SEEN));
  }

  private static <K> void clear(KeyValueStore<K, ?> store) {
    List<K> keys = new ArrayList<>();
    try (var all = store.all()) {
      all.forEachRemaining(each -> keys.add(each.key));
    }
    keys.forEach(store::delete);
  }

  private static Properties properties(String guarantee) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
    return properties;
  }

  private <T extends StateStore> void add(StoreBuilder<T> builder) {
    T store = builder.withLoggingDisabled().withCachingDisabled().build();
    store.init(context.getStateStoreContext(), store);
  }
}
