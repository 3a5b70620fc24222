package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.Split;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Examples that have altered views. */
class TrainerViewsTest extends TrainerSteps {
  /**
   * Labels are a matter of luck here, and each view is its original again: a head that had met the
   * views of what it is judged by would know the answers.
   */
  @Test
  void shouldNotLetViewsOfWhatJudgesAHeadTrainIt() throws Exception {
    Random luck = new Random(7);
    for (int i = 0; i < 80; i++) {
      add(luck.nextBoolean() ? "gear" : "nut", i % DIMENSION, "picture " + i);
    }
    Map<String, List<Embedding>> views =
        examples.stream()
            .collect(
                Collectors.toMap(Example::imageId, e -> List.of(e.embedding(), e.embedding())));

    Candidate byFolds = learn(trainer, new Material(examples, List.of(), views));
    Candidate byHoldout = learn(holdingOut, new Material(examples, List.of(), views));

    assertThat(byFolds.judgement().challenger().accuracy()).isLessThan(0.75);
    assertThat(byHoldout.judgement().challenger().accuracy()).isLessThan(0.85);
    assertThat(byFolds.head().predict(embeddings(examples)))
        .as("what it has learned, it knows")
        .isEqualTo(examples.stream().map(Example::label).toList());
  }

  @Test
  void shouldAskForViewsOfWhatIsLearnedAlone() throws Exception {
    on(false, "gear", 20);
    on(false, "nut", 20);
    on(true, "gear", 10);
    on(true, "nut", 10);
    add("rare", 1, 5);
    Augmentation three = Augmentation.DEFAULTS.withViews(3);

    ViewsToEmbed none = trainer.views(examples);
    ViewsToEmbed all = trainer(GateConfig.DEFAULTS.foldsBelow(), three).views(examples);
    ViewsToEmbed held = trainer(0, three).views(examples);

    assertThat(none.total()).isZero();
    assertThat(all.total()).isEqualTo(180);
    assertThat(held.total()).isEqualTo(120);
    assertThat(held.examples()).noneMatch(example -> Split.of(example) == Split.HOLDOUT);
  }

  @Test
  void shouldRecordHowViewsWereDrawnAndReadItBack() throws Exception {
    add("gear", 20, 0);
    add("nut", 20, 1);
    Augmentation three =
        new Augmentation(3, Augmentation.Flip.VERTICAL, 0.1, 0, 0.25, 0, 0.5, 0, 1.5);

    Training with = learn(trainer(2000, three), Material.of(examples)).training();
    Training without = train(null).training();

    assertThat(recorded(with).augmentation()).isEqualTo(three);
    assertThat(recorded(without).augmentation().views()).isZero();
    assertThat(without.configuration().keySet()).noneMatch(key -> key.startsWith("augmentation"));
    assertThat(trainer(2000, three).trainsLike(with)).isTrue();
    assertThat(trainer.trainsLike(with)).isFalse();
  }

  private static TrainingConfig recorded(ModelVersion.Training training) {
    return RecordedSettings.of(training.configuration()).config(training.seed(), true);
  }

  private static Candidate learn(Trainer by, Material material) throws Exception {
    return by.train(material, null, List.of(), "backbone", NONE);
  }

  private static float[][] embeddings(List<Example> some) {
    return some.stream().map(example -> example.embedding().numbers()).toArray(float[][]::new);
  }
}
