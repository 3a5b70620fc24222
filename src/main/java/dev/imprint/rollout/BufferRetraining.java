package dev.imprint.rollout;

import dev.imprint.event.HeadFile;
import dev.imprint.model.Backbone;
import dev.imprint.model.Backbones;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.pipeline.FeedbackBacklog;
import dev.imprint.training.Buffer;
import dev.imprint.training.BufferSnapshot;
import dev.imprint.training.Candidate;
import dev.imprint.training.Champion;
import dev.imprint.training.Example;
import dev.imprint.training.Split;
import dev.imprint.training.TooFewLabelsException;
import dev.imprint.training.Trainer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Learns from the buffer, which it closes. */
public final class BufferRetraining implements Retraining {
  /** To embed a batch of pictures; thousands may have to be embedded first. */
  private static final Duration CATCH_UP = Duration.ofMinutes(30);

  /** If the pipeline is not running, no more arrives, and the existing labels have to do. */
  private static final Duration FEEDBACK = Duration.ofMinutes(2);

  private static final int EPOCHS_A_LINE = 20;

  private static final String UNJUDGED =
      "not compared with %s, which was serving, because its backbone is not open";

  private final FeedbackBacklog feedback;
  private final Buffer buffer;
  private final Trainer trainer;
  private final ModelStore store;
  private final Backbones backbones;
  private final @Nullable HeadFile initial;
  private final LearnedLabels before;
  // Null until the buffer has been read for the first time.
  private volatile @Nullable Map<String, String> learned;
  private volatile BufferSnapshot attempted;
  // Used by the leader's thread: counting takes milliseconds, and the leader asks often.
  private @Nullable BufferSnapshot counted;
  private int count;

  /**
   * @param buffer already started, for the backbone that heads are trained for
   * @param initial head that serves until something is rolled out, for the current backbone; null
   *     for none
   */
  public BufferRetraining(
      FeedbackBacklog feedback,
      Buffer buffer,
      Trainer trainer,
      ModelStore store,
      Backbones backbones,
      @Nullable HeadFile initial) {
    this.feedback = feedback;
    this.buffer = buffer;
    this.trainer = trainer;
    this.store = store;
    this.backbones = backbones;
    this.initial = initial;
    this.attempted = buffer.snapshot();
    this.before = LearnedLabels.of(store);
  }

  @Override
  public int newLabels() {
    BufferSnapshot now = buffer.snapshot();
    // While it is being read, the order of arrival does not show what is new.
    if (!buffer.caughtUp()) {
      return 0;
    }
    if (now != counted) {
      Map<String, String> known = learned;
      if (known == null) {
        known = before.withUnlisted(now.examples());
        learned = known;
      }
      count = now.changedSince(known);
      counted = now;
    }
    return count;
  }

  @Override
  public void learned() {
    Map<String, String> labels = new HashMap<>();
    attempted.examples().forEach(example -> labels.put(example.imageId(), example.label()));
    learned = labels;
    counted = null;
  }

  @Override
  public Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException, InterruptedException {
    progress.accept("processing the feedback received so far");
    if (!feedback.await(FEEDBACK)) {
      progress.accept("some feedback has not been processed yet; going on without it");
    }
    progress.accept("reading and embedding new pictures");
    if (!buffer.awaitCaughtUp(CATCH_UP, left -> progress.accept(waiting(left)))) {
      throw new IOException("the buffer is not up to date: " + buffer.check().cause());
    }
    attempted = buffer.snapshot();
    List<Example> examples = attempted.examples();
    if (!force) {
      requireNews(examples);
    }
    progress.accept("training on %d pictures".formatted(examples.size()));
    Champion champion = champion(serving, progress);
    return trainer.train(
        examples,
        champion,
        serving != null && champion == null ? List.of(UNJUDGED.formatted(serving)) : List.of(),
        backbones.trained().id(),
        (epoch, epochs, loss) -> {
          if (epoch % EPOCHS_A_LINE == 0) {
            progress.accept("epoch %d of at most %d: loss %.4f".formatted(epoch, epochs, loss));
          }
        });
  }

  /** The same examples, settings and backbone would give the same head. */
  private void requireNews(List<Example> examples)
      throws TooFewLabelsException, NothingNewException {
    ModelVersion newest = store.models().newest();
    if (newest != null
        && newest.backboneId().equals(backbones.trained().id())
        && trainer.trainsLike(newest.training())
        && Arrays.equals(Manifest.write(trainer.selected(examples)), manifest(newest))) {
      throw new NothingNewException(newest.version());
    }
  }

  private byte @Nullable [] manifest(ModelVersion version) {
    try {
      return store.manifest(version);
    } catch (IOException e) {
      return null; // a new version repairs that
    }
  }

  @Override
  public boolean changesBackbone(@Nullable ModelVersion serving) {
    return serving == null
        ? backbones.next() != null
        : !serving.backboneId().equals(backbones.trained().id());
  }

  /**
   * The champion that a new head is judged against. Null if nothing serves, or its backbone is not
   * open: then the new one is judged as a first head.
   *
   * @param serving the version; null if nothing has been rolled out
   */
  @Nullable Champion champion(@Nullable String serving, Consumer<String> progress)
      throws IOException {
    if (serving == null) {
      return initial == null
          ? null
          : new Champion(
              initial.head(), view(backbones.current(), progress), initial.isClassifier());
    }
    ModelVersion version = store.models().version(serving);
    if (version == null) {
      throw new IOException("the serving version %s does not exist".formatted(serving));
    }
    Backbone its = backbones.withId(version.backboneId());
    if (its == null) {
      progress.accept(
          "the backbone of the serving version is not open, so the new version is not compared"
              + " with it");
      return null; // its head is not read, and may be corrupt
    }
    return new Champion(store.head(version), view(its, progress), false);
  }

  private Champion.Reembedding view(Backbone its, Consumer<String> progress) {
    if (its.id().equals(backbones.trained().id())) {
      return Champion.Reembedding.SAME;
    }
    return examples -> {
      progress.accept(
          "the serving version has another backbone and is evaluated on that"
              + " backbone's embeddings");
      return buffer.seenBy(its, examples, left -> progress.accept(waiting(left)));
    };
  }

  private static String waiting(int pictures) {
    return "%d pictures are waiting to be embedded".formatted(pictures);
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
