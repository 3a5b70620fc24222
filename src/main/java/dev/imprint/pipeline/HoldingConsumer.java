package dev.imprint.pipeline;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Leaves the images on their topic while they are held, and reads everything else, so that feedback
 * can lead to the version that they wait for. Kafka Streams could only be paused as a whole.
 *
 * <p>Used by its stream thread alone, which closes it.
 */
final class HoldingConsumer extends KafkaConsumer<byte[], byte[]> {
  private final String images;
  private final BooleanSupplier held;
  private final Set<TopicPartition> pausedByStreams = new HashSet<>();
  private boolean holding;

  private HoldingConsumer(Map<String, Object> config, String images, BooleanSupplier held) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.images = images;
    this.held = held;
  }

  /**
   * Gives Kafka Streams' threads such consumers.
   *
   * @param images the topic
   * @param held asked before each poll, by all threads
   */
  static final class Supplier extends DefaultKafkaClientSupplier {
    private final String images;
    private final BooleanSupplier held;

    Supplier(String images, BooleanSupplier held) {
      this.images = images;
      this.held = held;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      return new HoldingConsumer(config, images, held);
    }
  }

  /**
   * Partitions that come with this poll are paused by Kafka Streams until their tasks are ready,
   * which is after it; so those that are held were paused before they could be read.
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    if (held.getAsBoolean()) {
      super.pause(ofImages());
      holding = true;
    } else if (holding) {
      Set<TopicPartition> ready = ofImages();
      ready.removeAll(pausedByStreams);
      super.resume(ready);
      holding = false;
    }
    return super.poll(timeout);
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    pausedByStreams.addAll(partitions);
    super.pause(partitions);
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    pausedByStreams.removeAll(partitions);
    super.resume(partitions);
  }

  private Set<TopicPartition> ofImages() {
    return assignment().stream()
        .filter(partition -> partition.topic().equals(images))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
