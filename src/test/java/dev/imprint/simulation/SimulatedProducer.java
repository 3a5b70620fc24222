package dev.imprint.simulation;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Writes at once; a send that fails shows when its transaction is committed. */
public class SimulatedProducer extends MockProducer<byte[], byte[]> {
  private final SimulatedKafka kafka;
  private final Interruption around;
  private final @Nullable String id;
  private int epoch = -1;
  private boolean begun;
  private @Nullable KafkaException failure;

  /**
   * @param id null for a producer without transactions
   */
  protected SimulatedProducer(SimulatedKafka kafka, Interruption around, @Nullable String id) {
    this.kafka = kafka;
    this.around = around;
    this.id = id;
  }

  @Override
  public void initTransactions() {
    around.before("initTransactions");
    epoch = kafka.init(id());
    begun = false;
    failure = null;
  }

  @Override
  public void beginTransaction() {
    throwFailure();
    begun = true;
  }

  @Override
  public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    around.before("send");
    if (id != null && !begun) {
      throw new IllegalStateException("no transaction has begun");
    }
    try {
      ConsumerRecord<byte[], byte[]> at =
          id == null ? kafka.append(record) : kafka.append(id, epoch, record);
      var partition = new TopicPartition(record.topic(), 0);
      return CompletableFuture.completedFuture(
          new RecordMetadata(partition, at.offset(), 0, -1, -1, -1));
    } catch (KafkaException e) {
      failure = e;
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata member) {
    around.before("sendOffsets");
    throwFailure();
    kafka.carry(id(), epoch, offsets, member);
  }

  @Override
  public void commitTransaction() {
    around.before("commit");
    throwFailure();
    kafka.commit(id(), epoch);
    begun = false;
    around.after("commit");
  }

  private void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  private String id() {
    if (id == null) {
      throw new IllegalStateException("it has no transactional id");
    }
    return id;
  }

  @Override
  public void close() {}

  @Override
  public void close(Duration timeout) {}
}
