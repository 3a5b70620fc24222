package dev.imprint.pipeline.learning;

import dev.imprint.simulation.InFlightProducer;
import dev.imprint.simulation.Interruption;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** How a thread of Kafka Streams writes records and commits its offsets. */
interface SimulatedDelivery {
  /** The value of Kafka Streams' setting. */
  String guarantee();

  /** Starts over with a new producer; the previous one's uncommitted records may be lost. */
  Producer<byte[], byte[]> begin();

  /** Some time passes. */
  default void pass() {}

  void commit(Consumer<byte[], byte[]> from, Map<TopicPartition, OffsetAndMetadata> offsets);

  /** Records and offsets in one transaction. */
  final class ExactlyOnce implements SimulatedDelivery {
    private final SimulatedClients clients;
    private final String id;
    private @Nullable Producer<byte[], byte[]> producer;

    ExactlyOnce(SimulatedClients clients, String id) {
      this.clients = clients;
      this.id = id;
    }

    @Override
    public String guarantee() {
      return StreamsConfig.EXACTLY_ONCE_V2;
    }

    @Override
    public Producer<byte[], byte[]> begin() {
      Producer<byte[], byte[]> begun = clients.transactionalProducer(1, id);
      begun.initTransactions();
      begun.beginTransaction();
      producer = begun;
      return begun;
    }

    @Override
    public void commit(
        Consumer<byte[], byte[]> from, Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (producer != null) {
        producer.sendOffsetsToTransaction(offsets, from.groupMetadata());
        producer.commitTransaction();
        producer.beginTransaction();
      }
    }
  }

  /** Offsets after the records. */
  final class AtLeastOnce implements SimulatedDelivery {
    private final SimulatedKafka kafka;
    private final Interruption around;
    private final SplittableRandom random;
    private @Nullable InFlightProducer producer;

    AtLeastOnce(SimulatedKafka kafka, Interruption around, SplittableRandom random) {
      this.kafka = kafka;
      this.around = around;
      this.random = random;
    }

    @Override
    public String guarantee() {
      return StreamsConfig.AT_LEAST_ONCE;
    }

    @Override
    public Producer<byte[], byte[]> begin() {
      pass();
      InFlightProducer begun = new InFlightProducer(kafka, around, random);
      producer = begun;
      return begun;
    }

    @Override
    public void pass() {
      if (producer != null) {
        producer.arriveSome();
      }
    }

    @Override
    public void commit(
        Consumer<byte[], byte[]> from, Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (producer != null) {
        producer.flush();
        from.commitSync(offsets);
      }
    }
  }
}
