package dev.imprint.tensorflow.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.GraphSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

class FineTuningTest {
  private static final byte[] SHARED = TestPictures.resource("/keras/shared.keras");

  @TempDir private Path dir;

  @Test
  void shouldLeaveBatchNormsAsTheyServe() {
    try (TrainedNetwork network = new TrainedNetwork(SHARED, 1, List.of("conv"), "joined")) {
      float[] serving =
          KerasNumbers.run(
                  SHARED,
                  new long[] {TrainedNetwork.IMAGES, 6, 8, 3},
                  TrainedNetwork.images(),
                  List.of("joined"),
                  BatchNorms.KEPT)
              .get(0)
              .values();

      assertThat(network.run(true).get(0)).containsExactly(serving);
      assertThat(network.run(true).get(0)).containsExactly(serving);
      assertThat(network.fineTuning().weights()).containsOnlyKeys("conv");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"norm", "nowhere", "relu"})
  void shouldRefuseToTrainWhatHasNothingToLearn(String layer) {
    try (TrainedNetwork network = new TrainedNetwork(SHARED, 1, List.of(layer), "joined")) {
      assertThatThrownBy(network.fineTuning()::weights)
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("'%s' cannot learn", layer)
          .hasMessageContaining("batch norms are frozen")
          .hasMessageEndingWith("[conv]");
    }
  }

  /** One gradient step for a layer in the middle, from pixels to the embedding. */
  @Test
  void shouldLearn() throws IOException {
    Path file = dir.resolve("own.keras");
    Files.write(file, TestPictures.resource("/keras/sequential.keras"));
    Path yaml = dir.resolve("own.yaml");
    Files.writeString(yaml, "file: own.keras\ninput_size: [12, 16]\n");
    BackboneDescription description =
        BackboneDescription.load(yaml).withLayers(Files.readAllBytes(file));
    try (GraphSession session = new GraphSession(ConfigProto.getDefaultInstance());
        KerasFile keras = KerasFile.open(Files.readAllBytes(file));
        TFloat32 pictures =
            TFloat32.tensorOf(
                Shape.of(2, 12, 16, 3), values -> values.scalars().forEach(v -> v.setFloat(7)))) {
      Ops tf = session.ops();
      FineTuning fineTuning = new FineTuning(tf, List.of("conv_b"), 1);
      KerasGraph network = KerasGraph.build(tf, description, keras, fineTuning);
      Operand<TFloat32> loss =
          tf.math.mean(tf.math.square(network.embedding()), tf.constant(new int[] {0, 1}));
      List<Variable<TFloat32>> weights = fineTuning.weights().getOrDefault("conv_b", List.of());
      Output<?>[] gradients =
          session
              .graph()
              .addGradients(
                  loss.asOutput(), weights.stream().map(Operand::asOutput).toArray(Output[]::new));
      List<Op> step = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        @SuppressWarnings("unchecked") // a float32's gradient is a float32
        Output<TFloat32> gradient = (Output<TFloat32>) gradients[i];
        step.add(tf.train.applyGradientDescent(weights.get(i), tf.constant(1e-3f), gradient));
      }

      List<Float> losses = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Session.Runner runner = session.runner().feed(network.pixels(), pictures).fetch(loss);
        try (Result result = runner.run()) {
          losses.add(((TFloat32) result.get(0)).getFloat());
        }
        Session.Runner learn = session.runner().feed(network.pixels(), pictures);
        step.forEach(learn::addTarget);
        learn.run().close();
      }

      assertThat(weights).hasSize(2);
      assertThat(losses.get(1)).isLessThan(losses.get(0));
      assertThat(losses.get(2)).isLessThan(losses.get(1));
    }
  }
}
