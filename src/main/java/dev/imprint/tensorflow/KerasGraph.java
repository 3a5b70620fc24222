package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A Keras network as TensorFlow ops, from pixels to the embedding.
 *
 * @param pixels takes n × height × width × 3 in 0..255, RGB
 * @param embedding gives n × {@code dimension}
 */
record KerasGraph(Placeholder<TFloat32> pixels, Operand<TFloat32> embedding, int dimension) {
  /** Whether batch norms become part of the convolutions before them. */
  enum BatchNorms {
    /** Quicker, for serving. */
    FOLDED,
    /** As layers of their own, for what trains them on. */
    KEPT
  }

  /** Adds the network to the graph of {@code tf}. */
  static KerasGraph build(
      Ops tf, BackboneDescription description, KerasArchive archive, BatchNorms batchNorms) {
    KerasModel model = KerasModel.parse(archive.config());
    List<String> outputs = description.embeddingLayers();
    List<KerasLayer> layers = model.upTo(outputs);
    InputSize size = description.inputSize();
    Placeholder<TFloat32> pixels =
        tf.placeholder(
            TFloat32.class, Placeholder.shape(Shape.of(-1, size.height(), size.width(), 3)));
    Operand<TFloat32> input = description.preprocessing().apply(tf, pixels, description);
    try (KerasWeights weights = new KerasWeights(archive.weights())) {
      Map<String, KerasLayer> folding =
          batchNorms == BatchNorms.FOLDED ? BatchNormFolding.plan(layers, outputs) : Map.of();
      Builder builder = new Builder(tf, weights, input, folding);
      layers.forEach(builder::add);
      List<Operand<TFloat32>> pooled =
          outputs.stream().map(name -> pool(tf, name, builder.built(name))).toList();
      Operand<TFloat32> embedding =
          pooled.size() == 1 ? pooled.get(0) : tf.concat(pooled, tf.constant(1));
      return new KerasGraph(pixels, embedding, LayerBuilder.channels(embedding));
    }
  }

  private static Operand<TFloat32> pool(Ops tf, String name, Operand<TFloat32> output) {
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

  /** Builds layer by layer, each after its inputs. */
  private static final class Builder {
    private final Ops tf;
    private final KerasWeights weights;
    private final Operand<TFloat32> image;
    private final Map<String, KerasLayer> folding;
    private final Map<String, Operand<TFloat32>> built = new HashMap<>();

    Builder(
        Ops tf, KerasWeights weights, Operand<TFloat32> image, Map<String, KerasLayer> folding) {
      this.tf = tf;
      this.weights = weights;
      this.image = image;
      this.folding = folding;
    }

    void add(KerasLayer layer) {
      built.put(layer.name(), layer.className().equals("InputLayer") ? input(layer) : build(layer));
    }

    private Operand<TFloat32> build(KerasLayer layer) {
      List<Operand<TFloat32>> inputs = layer.inputs().stream().map(this::built).toList();
      if (inputs.isEmpty()) {
        throw new KerasImportException(
            "layer '%s' (%s) has no input".formatted(layer.name(), layer.className()));
      }
      if (folding.containsValue(layer)) {
        return inputs.get(0); // the convolution has done its work
      }
      LayerOptions options = new LayerOptions(layer);
      // TensorFlow's names allow less than Keras'.
      Ops scope = tf.withSubScope("keras_" + layer.name().replaceAll("\\W", "_"));
      KerasLayer norm = folding.get(layer.name());
      LayerBuilder.Call call = new LayerBuilder.Call(scope, layer, options, weights, norm);
      Operand<TFloat32> output;
      try {
        output = LayerBuilders.of(layer).build(call, inputs);
      } catch (TFInvalidArgumentException e) {
        throw new KerasImportException(
            "layer '%s' (%s) does not fit its inputs: %s"
                .formatted(layer.name(), layer.className(), e.getMessage()),
            e);
      }
      options.refuseUnread();
      return output;
    }

    private Operand<TFloat32> input(KerasLayer layer) {
      LayerOptions options = new LayerOptions(layer);
      options.require("sparse", "false");
      options.require("ragged", "false");
      options.require("optional", "false");
      JsonNode shape = options.get("batch_shape");
      boolean fits = shape.size() == 4;
      for (int axis = 1; fits && axis < 4; axis++) {
        // null: any size
        long size = image.shape().get(axis);
        fits = shape.path(axis).isNull() || shape.path(axis).asLong() == size;
      }
      if (!fits) {
        throw options.refusal(
            "batch_shape",
            shape,
            "the description's input_size gives " + image.shape() + "; make them equal");
      }
      options.refuseUnread();
      return image;
    }

    Operand<TFloat32> built(String name) {
      Operand<TFloat32> output = built.get(name);
      if (output == null) {
        throw new KerasImportException(
            "layer '%s' stands after a layer that takes its output, so the network has a loop"
                .formatted(name));
      }
      return output;
    }
  }
}
