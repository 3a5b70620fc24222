package dev.imprint.rollout;

import dev.imprint.model.CheckResult;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.ModelVersion;
import dev.imprint.training.Candidate;
import dev.imprint.training.TooFewLabelsException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Reads its champion as the real one does; chance says what comes of it. */
final class SimulatedTraining implements Retraining {
  private static final int HEADS = 8;

  private final ModelStore store;
  private final RolloutInvariants invariants;
  private final SplittableRandom random;
  private final Consumer<String> missing;

  /**
   * @param missing told of a champion that is not found; a training that throws has merely failed
   */
  SimulatedTraining(
      ModelStore store,
      RolloutInvariants invariants,
      SplittableRandom random,
      Consumer<String> missing) {
    this.store = store;
    this.invariants = invariants;
    this.random = random;
    this.missing = missing;
  }

  @Override
  public Trigger.Labels labels() {
    return new Trigger.Labels(random.nextInt(8) == 0 ? 1 : 0, 0, true);
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
  public void learned() {}

  @Override
  public Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException {
    progress.accept("training");
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
    return switch (random.nextInt(12)) {
      case 0 -> throw new TooFewLabelsException("too few");
      case 1 -> throw new NothingNewException("v0-none");
      case 2 -> throw new IOException("the disk is gone");
      default -> Versions.candidate(Versions.head(random.nextInt(HEADS)), random.nextInt(4) > 0);
    };
  }

  @Override
  public Candidate fineTune(@Nullable String serving, Consumer<String> progress)
      throws TooFewLabelsException, IOException {
    throw new IOException("no command asks for it");
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
