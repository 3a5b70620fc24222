package dev.imprint.tensorflow.tuning;

import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.Cut;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.layer.BatchNormFolding;
import dev.imprint.tensorflow.layer.FineTuning;
import dev.imprint.tensorflow.layer.LayerBuilder;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The part of a network behind a cut, with its weights as variables, from the records of a {@link
 * FrozenPart} to the embedding.
 *
 * @param shape of the records
 * @param inputs take the parts of the records
 * @param embedding n × dimension, the numbers of all embedding layers in their order
 * @param layers those that make up an embedding
 * @param training whether dropout and similar layers are active; not, if it is not fed
 * @param weights that learn
 */
record TopGraph(
    CutShape shape,
    List<Placeholder<? extends TType>> inputs,
    Operand<TFloat32> embedding,
    EmbeddingLayers layers,
    PlaceholderWithDefault<TBool> training,
    List<Weight> weights) {
  /**
   * A variable of the top.
   *
   * @param layer path of its layer
   * @param name among the network's variables
   * @param block distance of its block from the last one
   */
  record Weight(String layer, String name, int block, Variable<TFloat32> variable) {
    Shape shape() {
      return variable.shape();
    }
  }

  /** Tensors for one run, which the creator must close. */
  record Feed(List<Tensor> tensors) implements AutoCloseable {
    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }
  }

  TopGraph {
    inputs = List.copyOf(inputs);
    weights = List.copyOf(weights);
  }

  static TopGraph build(
      Ops tf, BackboneDescription description, Cut cut, CutShape shape, KerasFile file, long seed) {
    FineTuning fineTuning = new FineTuning(tf, cut.blocks().keySet(), seed);
    // No node of the top is the network's input.
    Operand<TFloat32> none = tf.constant(0f);
    NetworkBuilder builder =
        new NetworkBuilder(tf, file.weights(), none, BatchNormFolding.NONE, fineTuning);
    List<Placeholder<? extends TType>> inputs = new ArrayList<>();
    for (int i = 0; i < cut.passing().size(); i++) {
      Placeholder<TFloat16> half =
          tf.placeholder(TFloat16.class, Placeholder.shape(shape.passing().get(i)));
      inputs.add(half);
      builder.begin(cut.passing().get(i), tf.dtypes.cast(half, TFloat32.class));
    }
    cut.top().forEach(builder::add);
    builder.refuseUnread();
    List<KerasNode> frozen = cut.frozenEnds();
    List<Operand<TFloat32>> embeddings = new ArrayList<>();
    List<EmbeddingLayers.Layer> layers = new ArrayList<>();
    for (KerasNode end : cut.ends()) {
      if (frozen.contains(end)) {
        int numbers = shape.features().get(inputs.size() - cut.passing().size());
        Placeholder<TFloat32> features =
            tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, numbers)));
        inputs.add(features);
        embeddings.add(features);
      } else {
        embeddings.add(KerasGraph.pool(tf, end.layer().path(), builder.built(end)));
      }
      int size = LayerBuilder.channels(embeddings.get(embeddings.size() - 1));
      layers.add(new EmbeddingLayers.Layer(end.layer().path(), size));
    }
    List<Weight> weights =
        fineTuning.learning().stream()
            .map(
                weight ->
                    new Weight(
                        weight.layer(),
                        weight.name(),
                        Objects.requireNonNull(cut.blocks().get(weight.layer())),
                        weight.variable()))
            .toList();
    return new TopGraph(
        shape,
        inputs,
        KerasGraph.joined(tf, embeddings),
        new EmbeddingLayers(layers),
        fineTuning.training(),
        weights);
  }

  /**
   * Feeds a batch of records.
   *
   * @return open until the run has ended
   */
  Feed feed(Session.Runner runner, List<byte[]> records) {
    int[] parts = shape.parts();
    List<Tensor> tensors = new ArrayList<>();
    Feed feed = new Feed(tensors);
    try {
      int at = 0;
      for (int part = 0; part < parts.length; part++) {
        Tensor tensor = tensor(part, records, at, parts[part]);
        tensors.add(tensor);
        runner.feed(inputs.get(part), tensor);
        at += parts[part];
      }
      return feed;
    } catch (RuntimeException e) {
      feed.close();
      throw e;
    }
  }

  private Tensor tensor(int part, List<byte[]> records, int at, int size) {
    Shape one = inputs.get(part).shape();
    Shape all = Shape.of(records.size()).append(one.tail());
    Tensor tensor = part < shape.passing().size() ? TFloat16.tensorOf(all) : TFloat32.tensorOf(all);
    for (int i = 0; i < records.size(); i++) {
      tensor.asRawTensor().data().offset((long) i * size).write(records.get(i), at, size);
    }
    return tensor;
  }
}
