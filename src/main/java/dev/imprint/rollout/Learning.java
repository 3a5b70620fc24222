package dev.imprint.rollout;

import dev.imprint.model.CheckResult;
import dev.imprint.model.Head;
import dev.imprint.model.ModelVersion;
import dev.imprint.training.Buffer;
import dev.imprint.training.BufferSnapshot;
import dev.imprint.training.Candidate;
import dev.imprint.training.Example;
import dev.imprint.training.Split;
import dev.imprint.training.TooFewLabelsException;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns from the buffer, which it closes. */
public final class Learning implements Retraining {
  /** Thousands of new pictures may have to be embedded first. */
  private static final Duration CATCH_UP = Duration.ofMinutes(30);

  private static final int EPOCHS_A_LINE = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);

  private final Buffer buffer;
  private final Trainer trainer;
  private final TrainingConfig config;
  private final ModelStore store;
  private final String backboneId;
  private final @Nullable Head initial;
  private volatile Map<String, String> learned;
  // Until the buffer has been read: when the newest version's training began.
  private volatile @Nullable Instant unlistedUntil;
  private volatile BufferSnapshot attempted;
  // Of the leader's thread: counting takes milliseconds, and it asks often.
  private @Nullable BufferSnapshot counted;
  private int count;

  /**
   * @param buffer started
   * @param initial what serves as long as nothing has been rolled out; null for none
   */
  public Learning(
      Buffer buffer,
      Trainer trainer,
      TrainingConfig config,
      ModelStore store,
      String backboneId,
      @Nullable Head initial) {
    this.buffer = buffer;
    this.trainer = trainer;
    this.config = config;
    this.store = store;
    this.backboneId = backboneId;
    this.initial = initial;
    this.attempted = buffer.snapshot();
    this.learned = learned(store);
  }

  /**
   * Labels that the newest version learned from, by image id. None if that cannot be told: then it
   * is trained anew, which mends it.
   */
  static Map<String, String> learned(ModelStore store) {
    List<ModelVersion> versions = store.models().versions();
    if (versions.isEmpty()) {
      return Map.of();
    }
    ModelVersion newest = versions.get(versions.size() - 1);
    try {
      return Manifest.labels(store.manifest(newest));
    } catch (IOException e) {
      LOG.warn("What {} learned from cannot be read: {}", newest.version(), e.getMessage());
      return Map.of();
    }
  }

  @Override
  public int newLabels() {
    BufferSnapshot now = buffer.snapshot();
    // While it is read, the order of arrival says nothing of what is new.
    if (!buffer.caughtUp()) {
      return 0;
    }
    if (now != counted) {
      Instant until = unlistedUntil;
      if (until != null) {
        learned = withUnlisted(now, until);
        unlistedUntil = null;
      }
      count = now.changedSince(learned);
      counted = now;
    }
    return count;
  }

  /** A manifest does not list examples of labels that were too few; they are no news either. */
  private Map<String, String> withUnlisted(BufferSnapshot now, Instant until) {
    Map<String, String> all = new HashMap<>(learned);
    now.examples().stream()
        .filter(example -> !example.labelledAt().isAfter(until))
        .forEach(example -> all.putIfAbsent(example.imageId(), example.label()));
    return all;
  }

  @Override
  public void learned() {
    Map<String, String> labels = new HashMap<>();
    attempted.examples().forEach(example -> labels.put(example.imageId(), example.label()));
    learned = labels;
    unlistedUntil = null;
    counted = null;
  }

  @Override
  public Candidate train(@Nullable String champion, Consumer<String> progress)
      throws TooFewLabelsException, IOException, InterruptedException {
    progress.accept("reading and embedding what is new");
    if (!buffer.awaitCaughtUp(CATCH_UP)) {
      throw new IOException("the buffer is not up to date: " + buffer.check().cause());
    }
    attempted = buffer.snapshot();
    List<Example> examples = attempted.examples();
    progress.accept("training on %d pictures".formatted(examples.size()));
    return trainer.train(
        examples,
        comparable(champion),
        backboneId,
        config,
        (epoch, epochs, loss) -> {
          if (epoch % EPOCHS_A_LINE == 0) {
            progress.accept("epoch %d of at most %d: loss %.4f".formatted(epoch, epochs, loss));
          }
        });
  }

  /** The champion's head; null if there is none, or if it is of another backbone. */
  private @Nullable Head comparable(@Nullable String champion) throws IOException {
    Head head = initial;
    if (champion != null) {
      ModelVersion version = store.models().version(champion);
      if (version == null) {
        throw new IOException("version %s, which serves, is not there".formatted(champion));
      }
      head = version.backboneId().equals(backboneId) ? store.head(version) : null;
    }
    return head != null && head.backboneId().equals(backboneId) ? head : null;
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> trimming() {
    return buffer.tombstones(example -> Split.of(example) == Split.TRAINING);
  }

  @Override
  public CheckResult check() {
    return buffer.check();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
