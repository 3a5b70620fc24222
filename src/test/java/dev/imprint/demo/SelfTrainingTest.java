package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.Position;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Light;
import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The effect of unlabelled pictures on a head once the stream differs from the labelled ones. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SelfTrainingTest {
  private static final int LABELLED = 80;
  private static final int UNLABELLED = 240;
  private static final int FRESH = 160;

  private KerasBackbone backbone;

  @BeforeAll
  void open() {
    backbone = KerasBackbone.open(BackboneDescription.bundled(), TensorFlowConfig.DEFAULT);
  }

  @AfterAll
  void close() {
    backbone.close();
  }

  /** The light has changed and a part is new, but all labels are from before. */
  @Test
  void shouldNotPullAHeadAlongWithAStreamThatDrifts() throws Exception {
    List<Part> parts = new ArrayList<>(Part.USUAL);
    parts.add(Part.CLIP);
    List<Example> labelled = examples(1, Scene.USUAL, LABELLED);
    List<UnlabelledPicture> drifted =
        examples(2, new Scene(parts, Light.EVENING), UNLABELLED).stream()
            .map(
                e ->
                    new UnlabelledPicture(
                        e.imageId(), new Position(0, 0), e.sha256(), e.embedding()))
            .toList();

    DenseHead without = train(Material.of(labelled)).head();
    Candidate taught = train(new Material(labelled, drifted));

    List<Example> usual = examples(3, Scene.USUAL, FRESH);
    List<Example> evening = examples(4, Scene.EVENING, FRESH);
    System.out.printf(
        "accuracy without and with %d drifted pictures: usual %.3f -> %.3f, evening %.3f -> %.3f%n",
        taught.unlabelled().size(),
        accuracy(without, usual),
        accuracy(taught.head(), usual),
        accuracy(without, evening),
        accuracy(taught.head(), evening));
    assertThat(taught.head().labels()).isEqualTo(without.labels()).doesNotContain("clip");
    assertThat(accuracy(taught.head(), usual)).isGreaterThan(accuracy(without, usual) - 0.03);
    assertThat(accuracy(taught.head(), evening)).isGreaterThan(accuracy(without, evening) - 0.03);
  }

  private Candidate train(Material material) throws Exception {
    return new Trainer(
            new HeadTrainer(TensorFlowConfig.DEFAULT),
            TrainingConfig.DEFAULTS,
            "fp32",
            System::nanoTime)
        .train(material, null, List.of(), backbone.id(), HeadTrainer.EpochListener.NONE);
  }

  private List<Example> examples(long seed, Scene scene, int count) throws Exception {
    BeltStream belt = new BeltStream(seed, scene);
    List<BeltPicture> pictures = new ArrayList<>();
    List<Pixels> pixels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BeltPicture picture = belt.next();
      pictures.add(picture);
      pixels.add(backbone.decoder().decode(picture.bytes()));
    }
    float[][] embeddings = backbone.embed(pixels);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BeltPicture picture = pictures.get(i);
      examples.add(
          new Example(
              picture.id(),
              Objects.requireNonNull(picture.truth()),
              Sha256.hex(picture.bytes()),
              null,
              Instant.EPOCH,
              Embedding.of(embeddings[i], backbone.layers())));
    }
    return examples;
  }

  private static double accuracy(DenseHead head, List<Example> examples) {
    List<String> answers =
        head.predict(examples.stream().map(e -> e.embedding().numbers()).toArray(float[][]::new));
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      right += answers.get(i).equals(examples.get(i).label()) ? 1 : 0;
    }
    return (double) right / answers.size();
  }
}
