package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** The outputs of a Keras file's layers for an input, and how far they are from Keras'. */
public final class KerasNumbers {
  private KerasNumbers() {}

  /** One layer's output. */
  public record Output(Shape shape, float[] values) {
    /** The largest difference from Keras' numbers, over their largest absolute value. */
    public double difference(float[] expected) {
      double largest = 0;
      double difference = values.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
      for (int i = 0; i < expected.length && i < values.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs((double) values[i] - expected[i]));
      }
      return difference / largest;
    }
  }

  public static float[] floats(byte[] littleEndian) {
    float[] floats = new float[littleEndian.length / Float.BYTES];
    ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  /**
   * @param file the bytes of a .keras or .h5 file
   * @param shape of the input, images first
   */
  public static List<Output> run(
      byte[] file, long[] shape, float[] input, List<String> layers, BatchNorms batchNorms) {
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        KerasFile keras = KerasFile.open(file);
        TFloat32 images = TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(input))) {
      Ops tf = Ops.create(graph);
      Shape one = Shape.of(-1, shape[1], shape[2], shape[3]);
      Placeholder<TFloat32> image = tf.placeholder(TFloat32.class, Placeholder.shape(one));
      List<Operand<TFloat32>> outputs = NetworkBuilder.build(tf, keras, image, layers, batchNorms);
      Session.Runner runner = session.runner().feed(image, images);
      outputs.forEach(runner::fetch);
      try (Result result = runner.run()) {
        return java.util.stream.IntStream.range(0, outputs.size())
            .mapToObj(i -> output((TFloat32) result.get(i)))
            .toList();
      }
    }
  }

  private static Output output(TFloat32 tensor) {
    return new Output(tensor.shape(), values(tensor));
  }

  static float[] values(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
