package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Light;
import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BeltHeadTest {
  private static final int FRESH = 96;

  private KerasBackbone backbone;

  @BeforeAll
  void open() {
    backbone = KerasBackbone.open(BackboneDescription.bundled(), TensorFlowConfig.DEFAULT);
  }

  @AfterAll
  void close() {
    backbone.close();
  }

  @Test
  void shouldBeTrainedOnTheBundledBackboneForTheUsualParts() throws Exception {
    DenseHead head = BeltHead.read().head();

    assertThat(head.backboneId()).isEqualTo(backbone.id());
    assertThat(head.labels())
        .containsExactlyInAnyOrderElementsOf(Part.USUAL.stream().map(Part::label).toList());
  }

  @Test
  void shouldKnowPartsThatItHasNotSeen() throws Exception {
    DenseHead head = BeltHead.read().head();
    BeltStream belt = new BeltStream(4711, Scene.USUAL);
    List<Pixels> images = new ArrayList<>();
    List<String> truths = new ArrayList<>();
    for (int i = 0; i < FRESH; i++) {
      BeltPicture picture = belt.next();
      images.add(backbone.decoder().decode(picture.bytes()));
      truths.add(picture.truth());
    }

    List<String> predicted = head.predict(backbone.embed(images));

    int right = 0;
    for (int i = 0; i < FRESH; i++) {
      right += predicted.get(i).equals(truths.get(i)) ? 1 : 0;
    }
    assertThat(right / (double) FRESH).isGreaterThan(0.9);
  }

  @Test
  void shouldTrainAHeadThatJudgesFreshPicturesWell() throws Exception {
    Scene two = new Scene(List.of(Part.GEAR, Part.SPRING), Light.HALL);
    BeltHeadTraining training =
        new BeltHeadTraining(backbone, new HeadTrainer(TensorFlowConfig.DEFAULT));
    AtomicInteger steps = new AtomicInteger();

    BeltHeadTraining.TrainedBeltHead result = training.run(two, 32, 1, steps::incrementAndGet);

    assertThat(result.head().labels()).containsExactly("gear", "spring");
    assertThat(result.accuracy()).isGreaterThan(0.8);
    assertThat(result.summary().get(0)).startsWith("accuracy").endsWith("of 32)");
    assertThat(steps).hasValue(64);
  }
}
