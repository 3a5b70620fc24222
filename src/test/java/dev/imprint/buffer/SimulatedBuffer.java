package dev.imprint.buffer;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedKafka;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A leader's buffer without its thread and backbone: it follows labels and pictures, and removes
 * examples based on a snapshot that may be out of date.
 */
public final class SimulatedBuffer implements Schedule.Process {
  private static final int MOST = 1_000;
  private static final Embedding EMBEDDING = Embedding.of(1);

  private final Clients clients;
  private final SimulatedKafka kafka;
  private final SplittableRandom random;
  private final BiPredicate<String, byte[]> isKeptFrom;
  private BufferIndex index = new BufferIndex(MOST);
  private @Nullable BufferFollower follower;
  private BufferSnapshot seen = BufferSnapshot.EMPTY;

  /**
   * @param isKeptFrom whether bytes on the topic pictures show the original with this digest
   */
  public SimulatedBuffer(
      Clients clients,
      SimulatedKafka kafka,
      SplittableRandom random,
      BiPredicate<String, byte[]> isKeptFrom) {
    this.clients = clients;
    this.kafka = kafka;
    this.random = random;
    this.isKeptFrom = isKeptFrom;
  }

  @Override
  public void step() {
    try {
      follower().poll(Duration.ZERO);
      embed(random.nextInt(4));
      requireTogether();
      switch (random.nextInt(8)) {
        case 0, 1 -> seen = index.snapshot(MOST);
        case 2, 3 -> trim();
        default -> {
          // only follows
        }
      }
    } catch (KafkaException e) {
      crash();
    }
  }

  private BufferFollower follower() {
    if (follower == null) {
      index = new BufferIndex(MOST);
      follower =
          new BufferFollower(
              clients,
              Topics.DEFAULTS,
              index,
              BufferFollower.LabelDeletions.IGNORED,
              BufferMetrics.NOOP);
    }
    return follower;
  }

  private void embed(int most) {
    for (IndexedPicture picture : index.pending(most)) {
      if (kafka.record(Topics.DEFAULTS.pictures(), picture.at().offset()) == null) {
        index.gone(picture.at());
      } else {
        index.embedded(picture.at(), EMBEDDING);
      }
    }
  }

  private void trim() {
    try (Producer<byte[], byte[]> producer = clients.producer(1)) {
      seen.tombstones(Topics.DEFAULTS, example -> true, random.nextInt(2)).forEach(producer::send);
    }
  }

  /** Each example combines a label with the picture that it was given for. */
  private void requireTogether() {
    BufferSnapshot now = index.snapshot(MOST);
    for (BufferSnapshot.Stored stored : now.stored(now.examples())) {
      var record = kafka.record(Topics.DEFAULTS.pictures(), stored.picture().at().offset());
      if (record != null && !isKeptFrom.test(stored.example().sha256(), record.value())) {
        throw new AssertionError(
            "%s has another image's picture in the buffer".formatted(stored.example().imageId()));
      }
    }
  }

  /** Reads to the end of the topics; returns label and digest of the picture, by image id. */
  public Map<String, String> examples() {
    follower().readToEnd(Duration.ofSeconds(1));
    embed(MOST);
    Map<String, String> examples = new TreeMap<>();
    index
        .snapshot(MOST)
        .examples()
        .forEach(e -> examples.put(e.imageId(), e.label() + " of " + e.sha256()));
    return examples;
  }

  @Override
  public void crash() {
    follower = null;
  }
}
