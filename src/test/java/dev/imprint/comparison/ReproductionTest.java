package dev.imprint.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Lineage;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.Release;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.RelabelledVersion;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReproductionTest extends ReproductionSteps {
  /** With folds, after relabelling, and with a holdout. */
  @Test
  void shouldReproduceThreeVersionsBitByBit() throws Exception {
    label(0, 60);
    ModelVersion first = learn(SETTINGS);
    label(60, 100);
    label(7, "class-9");
    label(8, "class-9");
    label(9, "class-9");
    ModelVersion second = learn(SETTINGS.withSeed(5));
    label(100, 120);
    ModelVersion third = learn(settings(0));

    Reproduction ofFirst = reproduce(first);
    Reproduction ofSecond = reproduce(second);
    Reproduction ofThird = reproduce(third);

    assertThat(List.of(ofFirst, ofSecond, ofThird))
        .allSatisfy(
            result -> {
              assertThat(result.differences()).isEmpty();
              assertThat(result.identical()).isTrue();
            });
    assertThat(Objects.requireNonNull(ofFirst.comparison()).heads()).isEqualTo(6);
    assertThat(Objects.requireNonNull(ofThird.comparison()).heads()).isOne();
    assertThat(ofFirst.relabelled())
        .containsOnly(entry(id(7), "class-9"), entry(id(8), "class-9"), entry(id(9), "class-9"));
    assertThat(ofSecond.relabelled()).isEmpty();
    assertThat(ofSecond.examples()).isEqualTo(100);
  }

  /** With folds, and with a holdout, whose pictures have no views. */
  @Test
  void shouldReproduceVersionsThatLearnedFromViews() throws Exception {
    label(0, 60);
    Augmentation two = Augmentation.DEFAULTS.withViews(2);
    ModelVersion plain = learn(SETTINGS);
    ModelVersion folds = learn(SETTINGS.withAugmentation(two));
    ModelVersion holdout = learn(settings(0).withAugmentation(two));

    assertThat(folds.head().sha256()).isNotEqualTo(plain.head().sha256());
    assertThat(folds.training().examples()).containsEntry("views", 120);
    assertThat(holdout.training().examples().get("views")).isBetween(2, 118);
    assertThat(List.of(reproduce(folds), reproduce(holdout)))
        .allSatisfy(
            result -> {
              assertThat(result.differences()).isEmpty();
              assertThat(result.identical()).isTrue();
            });
    Map<String, String> otherwise = new HashMap<>(folds.training().configuration());
    otherwise.put("augmentation.rotation", "0");
    otherwise.put("augmentation.brightness", "0.4");
    assertThat(reproduce(with(folds, 1, otherwise, folds.training().lineage())).identical())
        .isFalse();
  }

  /** With the settings that it found, which the record has. */
  @Test
  void shouldReproduceWhatASearchHasChosenWithoutSearching() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS.searching(600));

    Reproduction result = reproduce(version);

    assertThat(version.training().trials()).hasSizeGreaterThan(3);
    assertThat(Json.decode(Json.encode(version), ModelVersion.class)).isEqualTo(version);
    assertThat(result.differences()).isEmpty();
    assertThat(result.identical()).isTrue();
  }

  @Test
  void shouldRecordWhatAHeadDependsOn() throws Exception {
    label(0, 60);

    Training training = learn(SETTINGS).training();

    Lineage lineage = Objects.requireNonNull(training.lineage());
    assertThat(lineage.release()).isEqualTo(Release.VERSION);
    assertThat(lineage.processor()).contains(System.getProperty("os.arch"));
    assertThat(lineage.threads()).isPositive();
    assertThat(lineage.firstLabel()).isEqualTo(Instant.ofEpochSecond(0));
    assertThat(lineage.lastLabel()).isEqualTo(Instant.ofEpochSecond(59));
    assertThat(training.configuration()).containsEntry("gate.when_unsure", "promote");
  }

  @Test
  void shouldNameTheExamplesThatAreMissing() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    send(topics.labels(), id(3), null);
    send(topics.pictures(), id(3), null);
    write(id(4), 1004, "class-0");

    Reproduction result = reproduce(version);

    assertThat(result.comparison()).isNull();
    assertThat(result.missing())
        .containsOnly(
            entry(id(3), "is no longer in the buffer"), entry(id(4), "has another picture now"));
  }

  @Test
  void shouldSayThatTheEmbeddingsDiffer() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);

    Reproduction result = reproduce(version, new RoundedOtherwise(backbone));

    assertThat(result.identical()).isFalse();
    assertThat(Objects.requireNonNull(result.comparison()).largest()).isBetween(1e-9, 1e-3);
    assertThat(result.comparison().otherAnswers()).isZero();
    assertThat(result.differences())
        .singleElement()
        .asString()
        .startsWith("the embeddings of its pictures are not the same");
  }

  @Test
  void shouldSayThatCodeSeedOrProcessorDiffer() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Lineage lineage = Objects.requireNonNull(version.training().lineage());
    Lineage elsewhere =
        new Lineage(
            "0.0.9",
            "0a1b2c",
            "riscv64",
            lineage.threads(),
            lineage.embeddings(),
            lineage.firstLabel(),
            lineage.lastLabel());

    Reproduction result =
        reproduce(with(version, 2, version.training().configuration(), elsewhere));

    assertThat(result.identical()).isFalse();
    assertThat(result.differences())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("release: then 0.0.9, here "),
            line -> assertThat(line).startsWith("commit: then 0a1b2c, here "),
            line -> assertThat(line).startsWith("processor: then riscv64, here "));
  }

  @Test
  void shouldSayThatARecordOfAnEarlierBuildIsNotEnough() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Map<String, String> settings = new HashMap<>(version.training().configuration());

    Reproduction withoutLineage = reproduce(with(version, 1, settings, null));
    settings.remove("patience");

    assertThat(withoutLineage.identical()).isTrue();
    assertThat(withoutLineage.differences())
        .singleElement()
        .asString()
        .contains("an earlier build wrote it");
    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            version.version()
                + " cannot be trained again: its record does not say training.patience");
    settings.put("patience", "1e1");
    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith("its record says training.patience: 1e1, which is not valid");
  }

  @Test
  void shouldNameTheVersionWhoseWeightsARelabelledOneHas() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Map<String, String> settings = new HashMap<>(version.training().configuration());
    settings.put(RelabelledVersion.CHANGED, "rename 'class-0' to 'zero'");

    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("under other labels (rename 'class-0' to 'zero'): reproduce that");
  }

  private static ModelVersion with(
      ModelVersion version, long seed, Map<String, String> settings, @Nullable Lineage lineage) {
    Training training = version.training();
    return new ModelVersion(
        version.version(),
        version.parent(),
        version.createdAt(),
        version.backboneId(),
        version.labels(),
        version.head(),
        version.manifest(),
        new Training(
            seed,
            training.device(),
            training.seconds(),
            training.examples(),
            settings,
            lineage,
            training.startedBy(),
            training.unlearned(),
            training.trials()),
        version.judgement());
  }

  private Reproduction reproduce(ModelVersion version) throws Exception {
    return reproduce(version, backbone);
  }

  private Reproduction reproduce(ModelVersion version, Backbone by) throws Exception {
    return Reproduction.of(version, past(by));
  }

  /** Another processor's rounding. */
  private record RoundedOtherwise(Backbone backbone) implements Backbone {
    @Override
    public String id() {
      return backbone.id();
    }

    @Override
    public int dimension() {
      return backbone.dimension();
    }

    @Override
    public ImageDecoder decoder() {
      return backbone.decoder();
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      float[][] embeddings = backbone.embed(images);
      for (float[] embedding : embeddings) {
        embedding[0] *= 1.001f; // more than half precision rounds off
      }
      return embeddings;
    }

    @Override
    public void close() {}
  }
}
