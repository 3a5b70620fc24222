package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.layer.BatchNormFolding;
import dev.imprint.tensorflow.layer.LayerVariables;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.session.GraphSession;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The layers of a classification head as TensorFlow ops, which can be evaluated. Not thread-safe;
 * usable while its session is open.
 *
 * @param features takes n × … × inputs, all axes in between of size 1
 * @param logits gives n × … × outputs, all axes in between of size 1
 * @param probabilities that the network itself computes from the logits; the logits if it does not
 * @param kernel inputs × outputs, if they are one Dense; null otherwise
 */
record HeadGraph(
    GraphSession session,
    Placeholder<TFloat32> features,
    Operand<TFloat32> logits,
    Operand<TFloat32> probabilities,
    @Nullable Operand<TFloat32> kernel) {
  /** Unit vectors evaluated together; all of them may take gigabytes. */
  private static final int ROWS = 256;

  /**
   * Builds it.
   *
   * @param shape of the features
   * @throws KerasImportException if a layer cannot be built
   */
  static HeadGraph build(
      GraphSession session, KerasClassifier classifier, KerasFile file, Shape shape) {
    Ops tf = session.ops();
    Placeholder<TFloat32> features = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    NetworkBuilder builder =
        new NetworkBuilder(tf, file.weights(), features, BatchNormFolding.NONE, null);
    builder.begin(classifier.features(), features);
    Operand<TFloat32> given = tf.identity(features); // a fed operand cannot be fetched
    Operand<TFloat32> logits = add(builder, classifier.linear(), given);
    KerasLayer dense = classifier.onlyDense();
    return new HeadGraph(
        session,
        features,
        logits,
        add(builder, classifier.ending(), logits),
        dense == null ? null : kernel(builder, dense, features.shape(), logits.shape()));
  }

  /** Adds nodes; returns the output of the last one, or the input if there is none. */
  private static Operand<TFloat32> add(
      NetworkBuilder builder, List<KerasNode> nodes, Operand<TFloat32> given) {
    Operand<TFloat32> last = given;
    for (KerasNode node : nodes) {
      builder.add(node);
      last = builder.built(node);
      LayerVariables variables = builder.variables(node.layer());
      if (variables != null) {
        variables.refuseUnread();
      }
    }
    return last;
  }

  /** Null if the layer takes the features in several rows. */
  private static @Nullable Operand<TFloat32> kernel(
      NetworkBuilder builder, KerasLayer dense, Shape features, Shape logits) {
    Operand<TFloat32> kernel = Objects.requireNonNull(builder.variables(dense)).weight(0);
    Shape matrix = Shape.of(channels(features), channels(logits));
    return kernel != null && kernel.shape().equals(matrix) ? kernel : null;
  }

  /** Size of the last axis. */
  static int channels(Shape shape) {
    return Math.toIntExact(shape.get(shape.numDimensions() - 1));
  }

  /** The value of this operand for features that are all zero. */
  float[] ofZeros(Operand<TFloat32> fetched) {
    try (TFloat32 zeros = zeros(1);
        Result result = session.runner().feed(features, zeros).fetch(fetched).run()) {
      FloatDataBuffer values = floats(result);
      float[] answer = new float[Math.toIntExact(values.size())];
      values.read(answer);
      return answer;
    }
  }

  /**
   * Reads its matrix: the kernel of a single Dense, otherwise the response to each unit vector.
   *
   * @param bias the response to zeros, one per output
   * @param into receives a row of outputs for each input
   * @param at index in it at which the first row begins
   * @param stride from the beginning of one row to the next
   */
  void readMatrix(float[] bias, float[] into, int at, int stride) {
    int inputs = channels(features.shape());
    if (kernel != null) {
      copy(session.runner().fetch(kernel), new float[bias.length], inputs, into, at, stride);
      return;
    }
    try (TFloat32 vectors = zeros(ROWS)) {
      FloatDataBuffer values = vectors.asRawTensor().data().asFloats();
      for (int from = 0; from < inputs; from += ROWS) {
        int rows = Math.min(ROWS, inputs - from);
        setOnes(values, from, rows, inputs, 1);
        Session.Runner runner = session.runner().feed(features, vectors).fetch(logits);
        copy(runner, bias, rows, into, at + from * stride, stride);
        setOnes(values, from, rows, inputs, 0);
      }
    }
  }

  private static void setOnes(FloatDataBuffer rows, int from, int count, int inputs, float value) {
    for (int i = 0; i < count; i++) {
      rows.setFloat(value, (long) i * inputs + from + i);
    }
  }

  private static void copy(
      Session.Runner runner, float[] bias, int rows, float[] into, int at, int stride) {
    try (Result result = runner.run()) {
      FloatDataBuffer values = floats(result);
      for (int i = 0; i < rows; i++) {
        int row = at + i * stride;
        values.offset((long) i * bias.length).read(into, row, bias.length);
        for (int c = 0; c < bias.length; c++) {
          into[row + c] -= bias[c];
        }
      }
    }
  }

  private static FloatDataBuffer floats(Result result) {
    return result.get(0).asRawTensor().data().asFloats();
  }

  /** The caller must close it. */
  private TFloat32 zeros(int rows) {
    long[] shape = features.shape().asArray();
    shape[0] = rows;
    return TFloat32.tensorOf(
        Shape.of(shape),
        tensor -> {
          FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
          for (long i = 0; i < values.size(); i++) {
            values.setFloat(0, i);
          }
        });
  }
}
