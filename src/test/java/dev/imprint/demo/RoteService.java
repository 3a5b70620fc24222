package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Light;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Rollout;
import dev.imprint.model.serving.ServingModel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for our service: it knows a part under a light once such a picture was labelled and a
 * version was made since. Pictures are one byte, their light; ids say which part they show.
 */
final class RoteService implements Runnable, AutoCloseable {
  private final Topics topics;
  private final int newLabels;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Byte> pictures = new HashMap<>();
  private final Set<String> labels = new TreeSet<>();
  private final Set<Byte> lights = new TreeSet<>();
  private Set<String> servingLabels = Set.of();
  private Set<Byte> servingLights = Set.of();
  private int feedback;
  private int version;
  private volatile boolean closed;

  RoteService(Clients clients, Topics topics, int newLabels) {
    this.topics = topics;
    this.newLabels = newLabels;
    this.producer = clients.producer(1_000_000);
    this.consumer = clients.consumer(Map.of("auto.offset.reset", "earliest"));
    consumer.assign(
        Stream.of(topics.images(), topics.feedback())
            .flatMap(topic -> Stream.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
            .toList());
  }

  static PictureStream pictures(Supplier<Scene> scene, RandomGenerator random) {
    int[] count = {0};
    return () -> {
      Scene now = scene.get();
      String label = now.parts().get(random.nextInt(now.parts().size())).label();
      byte light = (byte) (now.light().equals(Light.HALL) ? 0 : 1);
      return new BeltPicture(label + "-" + ++count[0], new byte[] {light}, label, now);
    };
  }

  @Override
  public void run() {
    try (producer;
        consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(10))) {
          if (record.topic().equals(topics.images())) {
            classify(new String(record.key(), UTF_8), record.value()[0]);
          } else {
            learn(new String(record.key(), UTF_8), Json.decode(record.value(), Feedback.class));
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("feedback that cannot be read", e);
    }
  }

  private void classify(String id, byte light) {
    pictures.put(id, light);
    String truth = id.substring(0, id.lastIndexOf('-'));
    boolean known = servingLabels.contains(truth) && servingLights.contains(light);
    @Nullable String label = version == 0 ? null : known ? truth : "something";
    Prediction prediction =
        new Prediction(
            id,
            label,
            0.9f,
            List.of(),
            version == 0 ? ServingModel.NO_VERSION : "v" + version,
            Role.SERVING,
            new Claim(topics.images(), 0, 0, "00"),
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            false,
            List.of());
    send(topics.predictions(), id, PredictionCodec.JSON.encode(prediction));
  }

  private void learn(String key, Feedback said) {
    if (!key.equals(said.imageId()) || said.label() == null) {
      throw new IllegalStateException("not what the demo should send: " + key + " " + said);
    }
    labels.add(said.label());
    lights.add(pictures.get(key));
    if (++feedback % newLabels == 0) {
      servingLabels = Set.copyOf(labels);
      servingLights = Set.copyOf(lights);
      String name = "v" + ++version;
      List<String> known = labels.stream().toList();
      send(
          topics.models(),
          name,
          Json.encode(ModelVersions.of(name, known, true, "learned by rote")));
      send(
          topics.models(),
          Topics.ROLLOUT_KEY,
          Json.encode(new Rollout(name, null, Instant.EPOCH, "test", "new")));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a test fails if it is missing
  private void send(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  @Override
  public void close() {
    closed = true;
  }
}
