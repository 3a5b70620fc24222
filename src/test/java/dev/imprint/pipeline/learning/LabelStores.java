package dev.imprint.pipeline.learning;

import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
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
