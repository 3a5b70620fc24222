package dev.imprint.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A producer without transactions. Records arrive some time after they were sent, in order within a
 * topic, but not across topics, whose leaders differ. After a flush, all have arrived.
 */
public final class InFlightProducer extends MockProducer<byte[], byte[]> {
  private final SimulatedKafka kafka;
  private final Interruption around;
  private final SplittableRandom random;
  private final Map<String, Deque<ProducerRecord<byte[], byte[]>>> inFlight = new TreeMap<>();

  public InFlightProducer(SimulatedKafka kafka, Interruption around, SplittableRandom random) {
    this.kafka = kafka;
    this.around = around;
    this.random = random;
  }

  @Override
  public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    around.before("send");
    inFlight.computeIfAbsent(record.topic(), topic -> new ArrayDeque<>()).add(record);
    var partition = new TopicPartition(record.topic(), 0);
    return CompletableFuture.completedFuture(new RecordMetadata(partition, -1, 0, -1, -1, -1));
  }

  @Override
  public synchronized void flush() {
    around.before("flush");
    inFlight.values().forEach(records -> arrive(records, records.size()));
  }

  /** Lets some of the records arrive. */
  public void arriveSome() {
    inFlight.values().forEach(records -> arrive(records, random.nextInt(records.size() + 1)));
  }

  private void arrive(Deque<ProducerRecord<byte[], byte[]>> records, int most) {
    for (int i = 0; i < most; i++) {
      kafka.append(records.remove());
    }
  }
}
