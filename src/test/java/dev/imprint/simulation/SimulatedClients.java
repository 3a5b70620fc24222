package dev.imprint.simulation;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The clients of one process. */
public final class SimulatedClients extends Clients {
  private final SimulatedKafka kafka;
  private final String process;
  private final Interruption around;
  private final UnaryOperator<Producer<byte[], byte[]>> wrapping;
  private final boolean tellsOpenTransactions;
  private int opened;

  /**
   * @param wrapping of its transactional producers, to plant a fault
   * @param tellsOpenTransactions false is a fault: a partition ends where all is decided
   */
  public SimulatedClients(
      SimulatedKafka kafka,
      String process,
      Interruption around,
      UnaryOperator<Producer<byte[], byte[]>> wrapping,
      boolean tellsOpenTransactions) {
    super(KafkaConfig.DEFAULTS);
    this.kafka = kafka;
    this.process = process;
    this.around = around;
    this.wrapping = wrapping;
    this.tellsOpenTransactions = tellsOpenTransactions;
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
    return new SimulatedConsumer(kafka, around, own, process + "-" + opened++);
  }

  @Override
  public Producer<byte[], byte[]> producer(int maxRecordBytes) {
    return new SimulatedProducer(kafka, around, null);
  }

  @Override
  public Producer<byte[], byte[]> transactionalProducer(int maxRecordBytes, String id) {
    return wrapping.apply(new SimulatedProducer(kafka, around, id));
  }

  /** Tells where a partition ends, and nothing else. */
  @Override
  public Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            SimulatedClients.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "listOffsets" -> ends(((Map<?, ?>) args[0]).keySet());
                  case "close" -> null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private ListOffsetsResult ends(Collection<?> partitions) {
    return new ListOffsetsResult(
        partitions.stream()
            .map(TopicPartition.class::cast)
            .collect(
                Collectors.toMap(
                    partition -> partition,
                    partition ->
                        KafkaFuture.completedFuture(
                            new ListOffsetsResultInfo(end(partition), -1, Optional.empty())))));
  }

  private long end(TopicPartition partition) {
    SimulatedLog log = kafka.log(partition.topic());
    return tellsOpenTransactions ? log.end() : log.stableEnd();
  }
}
