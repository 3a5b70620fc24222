package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Where batches enter a graph. For one session, whose thread calls it. */
final class BatchInput {
  /** Numbers of examples that are held in single precision: 32 MiB. */
  private static final int MOST_UNPACKED = 8 << 20;

  private final Map<Embedding, float[]> unpacked = new IdentityHashMap<>();
  private final FeatureScaling scaling;
  private final int outputs;
  private final int heads;
  private final Placeholder<TFloat32> embeddings;
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> weights;

  BatchInput(Ops tf, FeatureScaling scaling, int classCount, int heads) {
    this.scaling = scaling;
    this.outputs = heads * classCount;
    this.heads = heads;
    embeddings = matrix(tf, scaling.dimension());
    targets = matrix(tf, outputs);
    weights = matrix(tf, heads);
  }

  private static Placeholder<TFloat32> matrix(Ops tf, int columns) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, columns)));
  }

  /** N × dimension, unscaled, without numbers that are left out. */
  Placeholder<TFloat32> embeddings() {
    return embeddings;
  }

  /** N × heads · classes. */
  Placeholder<TFloat32> targets() {
    return targets;
  }

  /** N × heads. */
  Placeholder<TFloat32> weights() {
    return weights;
  }

  /**
   * Feeds a batch.
   *
   * @return the tensors fed, which the caller must close after the run
   */
  List<Tensor> feed(Session.Runner runner, Batch batch) {
    int size = batch.embeddings().size();
    TFloat32 x = embeddings(batch.embeddings());
    TFloat32 y = tensor(size, outputs, batch.targets());
    TFloat32 w = tensor(size, heads, batch.weights());
    runner.feed(embeddings, x).feed(targets, y).feed(weights, w);
    return List.of(x, y, w);
  }

  /** Row by row: a copy in Java of each batch would keep the garbage collector busy. */
  private TFloat32 embeddings(List<Embedding> batch) {
    int dimension = scaling.dimension();
    return TFloat32.tensorOf(
        Shape.of(batch.size(), dimension),
        tensor -> {
          FloatDataBuffer rows = tensor.asRawTensor().data().asFloats();
          for (int i = 0; i < batch.size(); i++) {
            rows.offset((long) i * dimension).write(numbers(batch.get(i)));
          }
        });
  }

  /** Unpacked once, as long as examples are few: they are in every epoch. */
  private float[] numbers(Embedding embedding) {
    float[] known = unpacked.get(embedding);
    if (known == null) {
      known = embedding.numbers(scaling.leftOut());
      if (unpacked.size() < MOST_UNPACKED / scaling.dimension()) {
        unpacked.put(embedding, known);
      }
    }
    return known;
  }

  private static TFloat32 tensor(int rows, int columns, float[] values) {
    return TFloat32.tensorOf(
        Shape.of(rows, columns), tensor -> tensor.asRawTensor().data().asFloats().write(values));
  }
}
