package dev.imprint.tensorflow;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.layer.FineTuning;
import dev.imprint.tensorflow.layer.KerasInput;
import dev.imprint.tensorflow.layer.LayerBuilder;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.picture.InputSize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A Keras network as TensorFlow ops, from pixels to the embedding.
 *
 * @param pixels takes n × height × width × 3 in 0..255, RGB
 * @param embedding gives n × {@code dimension}
 * @param layers shapes of the embedding layers' outputs, before they are pooled
 */
public record KerasGraph(
    Operand<TFloat32> pixels, Operand<TFloat32> embedding, int dimension, List<Shape> layers) {
  public KerasGraph {
    layers = List.copyOf(layers);
  }

  /** Adds the network to the graph of {@code tf}. */
  public static KerasGraph build(
      Ops tf, BackboneDescription description, KerasFile file, BatchNorms batchNorms) {
    return build(tf, description, file, batchNorms, pixels(tf, description));
  }

  /** The same for given pixels, in the description's size. */
  public static KerasGraph build(
      Ops tf,
      BackboneDescription description,
      KerasFile file,
      BatchNorms batchNorms,
      Operand<TFloat32> pixels) {
    List<String> layers = description.embeddingLayers();
    requireColours(description, file);
    return around(
        tf,
        description,
        pixels,
        input -> NetworkBuilder.build(tf, file, input, layers, batchNorms));
  }

  /**
   * Adds the network in its form for training; {@link FineTuning#weights} then has its variables.
   */
  public static KerasGraph build(
      Ops tf, BackboneDescription description, KerasFile file, FineTuning fineTuning) {
    List<String> layers = description.embeddingLayers();
    requireColours(description, file);
    return around(
        tf,
        description,
        pixels(tf, description),
        input -> NetworkBuilder.build(tf, file, input, layers, fineTuning));
  }

  /**
   * Colours are converted to grayscale after preprocessing, which must treat all channels alike.
   */
  private static void requireColours(BackboneDescription description, KerasFile file) {
    Preprocessing preprocessing = description.preprocessing();
    boolean ofColours =
        preprocessing == Preprocessing.CAFFE || preprocessing == Preprocessing.TORCH;
    if (ofColours
        && KerasModelParser.parse(file.config()).layers().values().stream()
            .anyMatch(KerasInput::takesGray)) {
      throw new KerasImportException(
          "preprocessing: caffe and torch are for three channels, but the network takes one"
              + " (grayscale): set none, tf, or custom with scale and offset");
    }
  }

  /** Adds the steps before and after the network. */
  private static KerasGraph around(
      Ops tf,
      BackboneDescription description,
      Operand<TFloat32> pixels,
      Function<Operand<TFloat32>, List<Operand<TFloat32>>> network) {
    List<String> layers = description.embeddingLayers();
    Operand<TFloat32> input = description.preprocessing().apply(tf, pixels, description);
    List<Operand<TFloat32>> outputs = network.apply(input);
    List<Operand<TFloat32>> pooled = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      pooled.add(pool(tf, layers.get(i), outputs.get(i)));
    }
    Operand<TFloat32> embedding = joined(tf, pooled);
    List<Shape> shapes = outputs.stream().map(Operand::shape).toList();
    return new KerasGraph(pixels, embedding, LayerBuilder.channels(embedding), shapes);
  }

  /** Takes n × height × width × 3. */
  public static Placeholder<TFloat32> pixels(Ops tf, BackboneDescription description) {
    InputSize size = description.inputSize();
    return tf.placeholder(
        TFloat32.class,
        Placeholder.shape(Shape.of(-1, size.height(), size.width(), Pixels.CHANNELS)));
  }

  /** n × height × width × 3; the caller must close it. */
  public static TFloat32 batch(InputSize size, List<Pixels> images) {
    for (Pixels image : images) {
      if (image.height() != size.height() || image.width() != size.width()) {
        throw new IllegalArgumentException(
            "the image is %d × %d, but the backbone takes %d × %d"
                .formatted(image.height(), image.width(), size.height(), size.width()));
      }
    }
    long each = (long) size.height() * size.width() * Pixels.CHANNELS;
    Shape shape = Shape.of(images.size(), size.height(), size.width(), Pixels.CHANNELS);
    return TFloat32.tensorOf(
        shape,
        tensor -> {
          FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
          for (int i = 0; i < images.size(); i++) {
            values.offset(i * each).write(images.get(i).values());
          }
        });
  }

  /** The outputs of the embedding layers, one after the other. */
  public static Operand<TFloat32> joined(Ops tf, List<Operand<TFloat32>> pooled) {
    return pooled.size() == 1 ? pooled.get(0) : tf.concat(pooled, tf.constant(1));
  }

  /** An embedding layer's output, with feature maps averaged. */
  public static Operand<TFloat32> pool(Ops tf, String name, Operand<TFloat32> output) {
    return switch (output.shape().numDimensions()) {
      case 2 -> output;
      case 4 -> tf.math.mean(output, tf.constant(new int[] {1, 2}));
      default ->
          throw new KerasImportException(
              "embedding_layers names '%s', whose output has the shape %s: name a layer that gives"
                      .formatted(name, output.shape())
                  + " feature maps or features");
    };
  }
}
