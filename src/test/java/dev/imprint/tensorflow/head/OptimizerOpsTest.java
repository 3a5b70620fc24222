package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

class OptimizerOpsTest {
  private static final float[][] GRADIENTS = {
    {0.1f, -1, 0}, {0.2f, 0.5f, -3}, {-0.4f, 0.25f, 1e-3f}
  };

  /** Numbers by keras.optimizers of Keras 3.15.1, learning rate 0.1, from (1, -2, 0.5). */
  @ParameterizedTest
  @CsvSource({
    "ADAM, 0, 0, 0.82286716, -1.86722887, 0.63191330",
    "ADAMW, 0, 0.2, 0.76994938, -1.75410557, 0.60102105",
    "RMSPROP, 0, 0, 0.67806339, -1.90667784, 0.81611669",
    "RMSPROP, 0.5, 0, 0.29804870, -1.74322808, 0.97423053",
    "SGD, 0, 0, 1.00999999, -1.97500000, 0.79990000",
    "SGD, 0.9, 0, 0.97490001, -1.84899999, 1.06990004"
  })
  void shouldTakeTheStepsOfKeras(
      Optimizer optimizer, float momentum, float decay, float a, float b, float c) {
    try (GraphSession session = new GraphSession(TensorFlowConfig.DEFAULT.trainingSession())) {
      Ops tf = session.ops();
      Variable<TFloat32> weights = tf.variable(tf.constant(new float[] {1, -2, 0.5f}));
      Placeholder<TFloat32> gradient =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(3)));
      OptimizerOps ops = new OptimizerOps(tf, optimizer, momentum);
      Op step = ops.step(tf, weights, gradient, tf.constant(0.1f), decay);

      for (float[] each : GRADIENTS) {
        Session.Runner runner = session.runner();
        List<Tensor> fed = ops.feed(runner);
        try (TFloat32 tensor = TFloat32.vectorOf(each);
            Result done = runner.feed(gradient, tensor).addTarget(step).run()) {
          assertThat(done.size()).isZero();
        } finally {
          fed.forEach(Tensor::close);
        }
      }

      try (Result result = session.runner().fetch(weights).run()) {
        assertThat(StdArrays.array1dCopyOf((TFloat32) result.get(0)))
            .containsExactly(new float[] {a, b, c}, within(2e-6f));
      }
    }
  }
}
