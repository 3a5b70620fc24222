package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.session.GraphSession;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** A network built for training with inputs of 6 × 8 × 3, and its layers' outputs. */
final class TrainedNetwork implements AutoCloseable {
  static final int IMAGES = 32;
  static final int EACH = 6 * 8 * 3;

  private final GraphSession session = new GraphSession(ConfigProto.getDefaultInstance());
  private final FineTuning fineTuning;
  private final Placeholder<TFloat32> image;
  private final List<Operand<TFloat32>> outputs;

  /**
   * @param file the bytes of a .keras or .h5 file
   * @param learning the trainable layers
   */
  TrainedNetwork(byte[] file, long seed, List<String> learning, String... outputs) {
    Ops tf = session.ops();
    fineTuning = new FineTuning(tf, learning, seed);
    image = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 6, 8, 3)));
    try (KerasFile keras = KerasFile.open(file)) {
      this.outputs = NetworkBuilder.build(tf, keras, image, List.of(outputs), fineTuning);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  FineTuning fineTuning() {
    return fineTuning;
  }

  /** The outputs for {@link #images}. */
  List<float[]> run(boolean training) {
    try (TFloat32 images = TFloat32.tensorOf(Shape.of(IMAGES, 6, 8, 3), DataBuffers.of(images()));
        TBool isTraining = TBool.scalarOf(training)) {
      Session.Runner runner = session.runner().feed(image, images);
      outputs.forEach(runner::fetch);
      if (training) {
        runner.feed(fineTuning.training(), isTraining);
      }
      try (Result result = runner.run()) {
        return IntStream.range(0, outputs.size())
            .mapToObj(i -> KerasNumbers.values((TFloat32) result.get(i)))
            .toList();
      }
    }
  }

  /** Increasing numbers, none of them 0. */
  static float[] images() {
    float[] images = new float[IMAGES * EACH];
    for (int i = 0; i < images.length; i++) {
      images[i] = 0.1f + i % 17;
    }
    return images;
  }

  @Override
  public void close() {
    session.close();
  }
}
