package dev.imprint.leader;

import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.event.HeadFile;
import dev.imprint.leader.trigger.LearnedLabels;
import dev.imprint.leader.trigger.LiveOutcomes;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.leader.trigger.UnlearnedLabels;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.labels.Spellings;
import dev.imprint.pipeline.learning.FeedbackBacklog;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RefusedException;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.runs.TrainingSheets;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.selection.Split;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Learns from the buffer, which it closes. */
public final class BufferRetraining implements Retraining {
  private static final String UNJUDGED =
      "not compared with %s, which was serving, because its backbone is not open";

  private final LabelsSoFar labelsSoFar;
  private final Buffer buffer;
  private final Trainer trainer;
  private final FineTuneTrainer fineTuner;
  private final ModelStore store;
  private final Backbones backbones;
  private final @Nullable HeadFile initial;
  private final TrainingRuns runs;
  private final LearningMetrics metrics;
  private final RecordedTraining recorded;
  private final Champions champions;
  private final UnlearnedLabels labels;
  private final UnlearnedLabels newToTheNetwork;
  private volatile BufferSnapshot attempted;
  private volatile LabelChanges changes = LabelChanges.NONE;
  private final LiveOutcomes outcomes; // used by the leader's thread

  /**
   * @param buffer already started, for the backbone that heads are trained for
   * @param initial head that serves until something is rolled out, for the current backbone; null
   *     for none
   */
  public BufferRetraining(
      FeedbackBacklog feedback,
      Buffer buffer,
      Trainer trainer,
      FineTuneTrainer fineTuner,
      ModelStore store,
      Backbones backbones,
      @Nullable HeadFile initial,
      TrainingRuns runs,
      LearningMetrics metrics) {
    this.labelsSoFar = new LabelsSoFar(feedback, buffer);
    this.buffer = buffer;
    this.trainer = trainer;
    this.fineTuner = fineTuner;
    this.store = store;
    this.backbones = backbones;
    this.initial = initial;
    this.runs = runs;
    this.metrics = metrics;
    this.recorded = new RecordedTraining(runs, metrics);
    this.champions = new Champions(store, backbones, buffer, initial);
    Models models = store.models();
    this.labels =
        new UnlearnedLabels(buffer, trainer, LearnedLabels.of(store, models.newestTrained()));
    this.newToTheNetwork =
        new UnlearnedLabels(buffer, trainer, LearnedLabels.of(store, models.newestFineTuned()));
    this.attempted = buffer.snapshot();
    this.outcomes = new LiveOutcomes(store.clients(), store.topics().outcomes(), System::nanoTime);
  }

  @Override
  public Trigger.Labels labels() {
    return labels.count(changes);
  }

  @Override
  public int labelsNewToTheNetwork() {
    return newToTheNetwork.count(changes).unlearned();
  }

  @Override
  public boolean accuracyBelow(List<String> names, double bound, Instant since) {
    return outcomes.of(names, since).below(bound);
  }

  @Override
  public void relabel(LabelChanges next) {
    changes = next;
    buffer.relabel(next);
    labels.relabel(next);
    newToTheNetwork.relabel(next);
  }

  @Override
  public void learned(boolean byHeads, boolean byTheNetwork) {
    if (byHeads) {
      labels.learned(attempted.examples());
    }
    if (byTheNetwork) {
      newToTheNetwork.learned(attempted.examples());
    }
  }

  @Override
  public Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException, InterruptedException {
    List<Example> examples = examples(progress);
    if (!force) {
      requireNews(examples);
    }
    List<String> notes = new ArrayList<>(spellings(examples));
    notes.forEach(progress);
    Champion champion = champion(serving, notes, progress);
    progress.accept("training on %d pictures".formatted(examples.size()));
    return recorded.run(
        trainer.settings(),
        log -> {
          ViewsToEmbed views = trainer.views(examples);
          Map<String, List<Embedding>> shown = embedded(views, progress);
          Candidate candidate =
              trainer.train(
                  new Material(examples, buffer.unlabelled(), shown),
                  champion,
                  notes,
                  backbones.trained().id(),
                  recorded.epochs(log, progress));
          new TrainingSheets(runs, buffer.pictures()).record(log, views, candidate);
          return candidate;
        });
  }

  @Override
  public Candidate fineTune(@Nullable String serving, Consumer<String> progress)
      throws TooFewLabelsException, RefusedException, IOException, InterruptedException {
    if (fineTuner.config().fineTune().when() == FineTuneConfig.When.NEVER) {
      throw new RefusedException(
          "training.fine_tune.when is never: set on_command or auto, and restart the service");
    }
    List<Example> examples = examples(progress);
    List<String> notes = new ArrayList<>(spellings(examples));
    notes.forEach(progress);
    Champion champion = champion(serving, notes, progress);
    progress.accept("fine-tuning on %d pictures".formatted(examples.size()));
    return recorded.run(
        fineTuner.settings(),
        log ->
            fineTuner.train(
                examples,
                buffer.pictures(),
                backbones.trained(),
                champion,
                notes,
                new FineTuneProgress(log, progress, metrics, System::nanoTime)));
  }

  private @Nullable Champion champion(
      @Nullable String serving, List<String> notes, Consumer<String> progress) throws IOException {
    Champion champion = champion(serving, progress);
    if (serving != null && champion == null) {
      notes.add(UNJUDGED.formatted(serving));
    }
    return champion;
  }

  private List<Example> examples(Consumer<String> progress)
      throws IOException, InterruptedException {
    attempted = labelsSoFar.await(progress).under(changes);
    return attempted.examples();
  }

  private Map<String, List<Embedding>> embedded(ViewsToEmbed wanted, Consumer<String> progress)
      throws IOException, InterruptedException {
    if (wanted.total() > 0) {
      progress.accept("embedding %d views (training.augmentation)".formatted(wanted.total()));
    }
    return buffer.pictures().views(wanted, left -> progress.accept(EmbeddingProgress.views(left)));
  }

  /** Several spellings of a word are several labels, which is hardly ever what people want. */
  private static List<String> spellings(List<Example> examples) {
    return Spellings.among(examples.stream().map(Example::label).collect(Collectors.toSet()))
        .stream()
        .map(group -> Spellings.words(group) + " ('imprint labels merge')")
        .toList();
  }

  /** The same examples, settings and backbone would give the same head. */
  private void requireNews(List<Example> examples)
      throws TooFewLabelsException, NothingNewException {
    Models models = store.models();
    ModelVersion trained = models.newestTrained();
    if (trained != null
        && models.keepsClassesOf(trained)
        && trained.backboneId().equals(backbones.trained().id())
        && trainer.trainsLike(trained.training())
        && lists(trained, trainer.selected(examples))) {
      throw new NothingNewException(models.latestOf(trained).version());
    }
  }

  private boolean lists(ModelVersion version, List<Example> examples) {
    try {
      return Manifest.lists(Manifest.under(changes, store.manifest(version)), examples);
    } catch (IOException e) {
      return false; // a new version repairs that
    }
  }

  @Override
  public boolean changesBackbone(@Nullable ModelVersion serving) {
    return serving == null
        ? backbones.next() != null
        : backbones.trained().withId(serving.trunkId()) == null;
  }

  @Override
  public List<String> initialLabels() {
    return initial == null ? List.of() : initial.head().labels();
  }

  /** Null as {@link Champions#of}. */
  @Nullable Champion champion(@Nullable String serving, Consumer<String> progress)
      throws IOException {
    return champions.of(serving, changes, progress);
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> trimming() {
    return buffer.tombstones(example -> Split.of(example) == Split.TRAINING, changes);
  }

  @Override
  public CheckResult check() {
    return buffer.check();
  }

  @Override
  public void close() {
    try {
      outcomes.close();
    } finally {
      buffer.close();
    }
  }
}
