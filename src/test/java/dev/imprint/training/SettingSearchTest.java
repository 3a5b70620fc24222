package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.ModelVersion.Trial;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.selection.GateConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingSearchTest {
  private static final int DIMENSION = 4;
  private static final int HOUR = 3600;
  private static final LongSupplier STILL = () -> 0;
  private static final TrainingConfig SEARCHING =
      TrainingConfig.DEFAULTS
          .withHead(TrainingConfig.DEFAULTS.head().withLearningRate(0.005f))
          .searching(HOUR);

  /** By cross-validation and with a holdout; no line separates the labels. */
  @ParameterizedTest
  @ValueSource(ints = {2000, 0})
  void shouldChooseHiddenLayersWhereALinearHeadCannotLearn(int foldsBelow) throws Exception {
    TrainingConfig config = SEARCHING.withGate(GateConfig.DEFAULTS.withFoldsBelow(foldsBelow));
    List<Example> examples = corners(160);

    Candidate candidate = train(config, examples, STILL);

    Training training = candidate.training();
    assertThat(candidate.judgement().challenger().accuracy()).isGreaterThan(0.9);
    assertThat(candidate.head().hidden()).hasSize(1);
    assertThat(training.configuration()).containsEntry("hidden.units", "[256]");
    List<Trial> trials = training.trials();
    assertThat(trials.get(0).settings())
        .isEqualTo(
            Map.of("learning_rate", "0.005", "weight_decay", "0.01", "class_weights", "balanced"));
    assertThat(trials)
        .filteredOn(Trial::chosen)
        .singleElement()
        .satisfies(
            chosen -> {
              assertThat(training.configuration()).containsAllEntriesOf(chosen.settings());
              assertThat(chosen.loss()).isLessThan(trials.get(0).loss());
              assertThat(chosen.accuracy()).isGreaterThan(0.8);
            });
    assertThat(trainer(config, STILL).trainsLike(training)).isTrue();
    assertThat(trainer(config.searching(1), STILL).trainsLike(training)).isFalse();
  }

  @Test
  void shouldTrainTheSameHeadFromItsRecordWithoutSearching() throws Exception {
    List<Example> examples = corners(80);
    Candidate searched = train(SEARCHING, examples, STILL);

    TrainingConfig recorded =
        RecordedSettings.of(searched.training().configuration()).config(1, true);
    DenseHead again = train(recorded, examples, STILL).head();

    assertThat(recorded.search()).isFalse();
    assertThat(again).usingRecursiveComparison().isEqualTo(searched.head());
  }

  @Test
  void shouldTryTheSameForTheSameSeed() throws Exception {
    List<Example> examples = corners(80);

    List<Trial> first = train(SEARCHING, examples, STILL).training().trials();
    List<Trial> again = train(SEARCHING, examples, STILL).training().trials();

    assertThat(again).isEqualTo(first).hasSizeGreaterThan(5);
  }

  @Test
  void shouldStopWhenItsTimeIsUp() throws Exception {
    AtomicLong seconds = new AtomicLong();
    List<Example> examples = corners(80);
    List<Trial> all = train(SEARCHING, examples, STILL).training().trials();
    int enough = 2 + all.get(0).epochs() + SEARCHING.patience() + 5;

    // Each look at the clock takes a second; it is looked at after each epoch.
    LongSupplier clock = () -> seconds.getAndIncrement() * 1_000_000_000;
    Training bounded = train(SEARCHING.searching(enough), examples, clock).training();
    Training none = train(SEARCHING.searching(3), examples, clock).training();

    assertThat(bounded.trials()).hasSize(1).first().satisfies(t -> assertThat(t.chosen()).isTrue());
    assertThat(none.trials()).isEmpty();
    assertThat(none.configuration()).containsEntry("learning_rate", "0.005");
  }

  private static Candidate train(TrainingConfig config, List<Example> examples, LongSupplier clock)
      throws Exception {
    return trainer(config, clock).train(Material.of(examples), null, List.of(), "backbone", NONE);
  }

  private static Trainer trainer(TrainingConfig config, LongSupplier clock) {
    return new Trainer(new HeadTrainer(TensorFlowConfig.DEFAULT), config, "fp32", clock);
  }

  /** Two labels in opposite corners of the first two numbers. */
  private static List<Example> corners(int count) {
    Random random = new Random(1);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] embedding = new float[DIMENSION];
      for (int d = 0; d < DIMENSION; d++) {
        embedding[d] = (float) random.nextGaussian();
      }
      int x = i % 2 * 2 - 1;
      int y = i / 2 % 2 * 2 - 1;
      embedding[0] += 4 * x;
      embedding[1] += 4 * y;
      String id = "%05d".formatted(i);
      examples.add(
          new Example(
              id,
              x == y ? "gear" : "nut",
              Sha256.hex(id.getBytes(StandardCharsets.UTF_8)),
              null,
              Instant.EPOCH,
              Embedding.of(embedding)));
    }
    return examples;
  }
}
