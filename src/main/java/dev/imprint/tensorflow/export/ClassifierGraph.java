package dev.imprint.tensorflow.export;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.head.HeadOps;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;

/**
 * A backbone and a head as one TensorFlow graph, with all weights as constants. Thread-safe; the
 * creator must close it.
 *
 * @param images takes n × any height × any width × 3 in 0..255, RGB
 * @param network gives the embeddings
 * @param probabilities gives n × labels
 * @param label gives the most probable label of each image
 */
record ClassifierGraph(
    GraphSession session,
    Placeholder<TFloat32> images,
    KerasGraph network,
    Operand<TFloat32> probabilities,
    Operand<TString> label)
    implements AutoCloseable {
  static final String IMAGES = "images";
  static final String PROBABILITIES = "probabilities";
  static final String LABEL = "label";

  static ClassifierGraph build(
      BackboneDescription description, KerasFile file, BatchNorms batchNorms, DenseHead head) {
    // Optimized as in serving, which matters to a network that rounds numbers.
    GraphSession session =
        new GraphSession(TensorFlowConfig.DEFAULT.networkSession(Precision.FP32));
    try {
      Ops tf = session.ops();
      Placeholder<TFloat32> images =
          tf.withName(IMAGES)
              .placeholder(
                  TFloat32.class, Placeholder.shape(Shape.of(-1, -1, -1, Pixels.CHANNELS)));
      Operand<TFloat32> pixels = resized(tf, images, description.pictureInput());
      KerasGraph network = KerasGraph.build(tf, description, file, batchNorms, pixels);
      Operand<TFloat32> probabilities = classified(tf, network.embedding(), head);
      String[] labels = head.labels().toArray(String[]::new);
      Operand<TString> label =
          tf.gather(
              tf.array(labels),
              tf.math.argMax(probabilities, tf.constant(1), TInt32.class),
              tf.constant(0));
      return new ClassifierGraph(session, images, network, probabilities, label);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Operand<TFloat32> classified(Ops tf, Operand<TFloat32> embedding, DenseHead head) {
    int classes = head.classes().size();
    int labels = head.labels().size();
    Operand<TFloat32> last = embedding;
    for (DenseLayer layer : head.layers()) {
      Operand<TFloat32> kernel = matrix(tf, layer.weights(), layer.inputs(), layer.units());
      Operand<TFloat32> sums =
          tf.math.add(tf.linalg.matMul(last, kernel), tf.constant(layer.bias()));
      last = HeadOps.activated(tf, layer.activation(), sums);
    }
    Operand<TFloat32> byClass = tf.nn.softmax(last);
    return classes == labels
        ? byClass
        : tf.linalg.matMul(byClass, matrix(tf, head.labelsOfClasses(), classes, labels));
  }

  private static Operand<TFloat32> matrix(Ops tf, float[] values, int rows, int columns) {
    return tf.constant(Shape.of(rows, columns), DataBuffers.of(values));
  }

  /** As the decoder does it ({@code picture.Window} and {@code PictureGraph}). */
  private static Operand<TFloat32> resized(Ops tf, Operand<TFloat32> images, PictureInput input) {
    InputSize size = input.size();
    Operand<TFloat32> part =
        input.crop() == PictureInput.Crop.WHOLE ? images : cropped(tf, images, size);
    Operand<TInt32> target = tf.constant(new int[] {size.height(), size.width()});
    Operand<TFloat32> resized;
    if (input.antialias()) {
      Operand<TInt32> sides = tf.stack(List.of(side(tf, part, 1), side(tf, part, 2)));
      Operand<TFloat32> scale =
          tf.math.div(
              tf.dtypes.cast(target, TFloat32.class), tf.dtypes.cast(sides, TFloat32.class));
      resized =
          tf.image.scaleAndTranslate(
              part,
              target,
              scale,
              tf.constant(new float[2]),
              ScaleAndTranslate.kernelType("triangle"),
              ScaleAndTranslate.antialias(true));
    } else {
      resized = tf.image.resizeBilinear(part, target, ResizeBilinear.halfPixelCenters(true));
    }
    return tf.ensureShape(resized, Shape.of(-1, size.height(), size.width(), Pixels.CHANNELS));
  }

  private static Operand<TFloat32> cropped(Ops tf, Operand<TFloat32> images, InputSize size) {
    Operand<TInt32> height = side(tf, images, 1);
    Operand<TInt32> width = side(tf, images, 2);
    Operand<TInt32> rows = part(tf, height, width, size.height(), size.width());
    Operand<TInt32> columns = part(tf, width, height, size.width(), size.height());
    Operand<TInt32> zero = tf.constant(0);
    Operand<TInt32> all = tf.constant(-1);
    Operand<TInt32> two = tf.constant(2);
    Operand<TInt32> top = tf.math.div(tf.math.sub(height, rows), two);
    Operand<TInt32> left = tf.math.div(tf.math.sub(width, columns), two);
    return tf.slice(
        images,
        tf.stack(List.of(zero, top, left, zero)),
        tf.stack(List.of(all, rows, columns, all)));
  }

  private static Operand<TInt32> part(
      Ops tf, Operand<TInt32> side, Operand<TInt32> other, int target, int otherTarget) {
    Operand<TInt32> fitting =
        tf.math.div(tf.math.mul(other, tf.constant(target)), tf.constant(otherTarget));
    return tf.math.maximum(tf.constant(1), tf.math.minimum(side, fitting));
  }

  private static Operand<TInt32> side(Ops tf, Operand<TFloat32> images, int axis) {
    return tf.reshape(
        tf.slice(tf.shape(images), tf.constant(new int[] {axis}), tf.constant(new int[] {1})),
        tf.constant(new int[0]));
  }

  @Override
  public void close() {
    session.close();
  }
}
