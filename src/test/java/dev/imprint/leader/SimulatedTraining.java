package dev.imprint.leader;

import dev.imprint.buffer.Example;
import dev.imprint.leader.trigger.LearnedLabels;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RolloutInvariants;
import dev.imprint.rollout.Tunable;
import dev.imprint.rollout.Versions;
import dev.imprint.training.Candidate;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Reads its champion as the real one does; chance says what comes of it. */
final class SimulatedTraining implements Retraining {
  private static final int HEADS = 8;

  private final ModelStore store;
  private final RolloutInvariants invariants;
  private final SplittableRandom random;
  private final Consumer<String> missing;
  private int learned;
  private int attempted;

  /**
   * @param knowsLearned whether it knows, as it must, what the last fine-tuning learned from
   * @param missing told of a champion that is not found; a training that throws has merely failed
   */
  SimulatedTraining(
      ModelStore store,
      RolloutInvariants invariants,
      SplittableRandom random,
      boolean knowsLearned,
      Consumer<String> missing) {
    this.store = store;
    this.invariants = invariants;
    this.random = random;
    this.missing = missing;
    ModelVersion newest = store.models().newestFineTuned();
    this.learned = knowsLearned ? LearnedLabels.of(store, newest).labels().size() : 0;
  }

  @Override
  public Trigger.Labels labels() {
    return new Trigger.Labels(random.nextInt(8) == 0 ? 1 : 0, 0, true);
  }

  @Override
  public int labelsNewToTheNetwork() {
    return invariants.labels() - learned;
  }

  @Override
  public List<String> initialLabels() {
    return List.of("anything");
  }

  @Override
  public void relabel(LabelChanges changes) {}

  @Override
  public boolean changesBackbone(@Nullable ModelVersion serving) {
    return false;
  }

  @Override
  public boolean accuracyBelow(List<String> names, double bound, Instant since) {
    return false;
  }

  @Override
  public void learned(boolean byHeads, boolean byTheNetwork) {
    learned = byTheNetwork ? attempted : learned;
  }

  @Override
  public Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException {
    progress.accept("training");
    attempted = invariants.labels();
    readChampion(serving);
    return switch (random.nextInt(12)) {
      case 0 -> throw new TooFewLabelsException("too few");
      case 1 -> throw new NothingNewException("v0-none");
      case 2 -> throw new IOException("the disk is gone");
      default -> judged(Versions.candidate(random.nextInt(HEADS)));
    };
  }

  private void readChampion(@Nullable String serving) throws IOException {
    if (serving != null) {
      ModelVersion champion = store.models().version(serving);
      if (champion == null) {
        if (invariants.models().version(serving) != null) {
          missing.accept(serving + " is there, but is not found to be judged against");
        }
        throw new IOException("the serving version does not exist");
      }
      store.head(champion);
    }
  }

  @Override
  public Candidate fineTune(@Nullable String serving, Consumer<String> progress)
      throws TooFewLabelsException, IOException {
    readChampion(serving);
    attempted = invariants.labels();
    int network = random.nextInt(HEADS);
    return switch (random.nextInt(6)) {
      case 0 -> throw new TooFewLabelsException("too few");
      case 1 -> throw new IOException("it was killed");
      default -> judged(Tunable.candidate(new byte[] {(byte) network}, network));
    };
  }

  /** No head gains anything; chance says whether it is promoted. */
  private Candidate judged(Candidate candidate) {
    Metrics metrics = candidate.judgement().challenger();
    return new Candidate(
        candidate.head(),
        List.of(),
        candidate.training(),
        new ModelVersion.Judgement(random.nextInt(4) > 0, "by chance", metrics, metrics, null),
        IntStream.range(0, attempted).mapToObj(SimulatedTraining::example).toList(),
        List.of(),
        List.of(),
        candidate.network());
  }

  private static Example example(int number) {
    return new Example(
        "image-" + number, "label-0", "ab" + number, null, Versions.AT, Embedding.of(1));
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> trimming() {
    return List.of();
  }

  @Override
  public CheckResult check() {
    return CheckResult.UP;
  }

  @Override
  public void close() {}
}
