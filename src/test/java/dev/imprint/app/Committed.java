package dev.imprint.app;

import dev.imprint.event.Clients;
import dev.imprint.event.TopicScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A topic's committed records. */
public final class Committed {
  private Committed() {}

  public static List<ConsumerRecord<byte[], byte[]>> read(Clients clients, String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      TopicScan.ofTopic(consumer, topic).forEach(all::add);
    }
    return all;
  }
}
