package dev.imprint.tensorflow.tuning;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.Cut;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.layer.BatchNormFolding;
import dev.imprint.tensorflow.layer.KerasInput;
import dev.imprint.tensorflow.layer.LayerBuilder;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;

/**
 * The part of a network before a cut, in a session of its own, with its batch norms folded.
 * Thread-safe; the creator must close it.
 */
final class FrozenPart implements AutoCloseable {
  private final BackboneDescription description;
  private final GraphSession session;
  private final Placeholder<TFloat32> pixels;
  private final List<Operand<?>> outputs = new ArrayList<>();
  private final Operand<TBool> finite;
  private final CutShape shape;
  private final List<String> passing;

  FrozenPart(BackboneDescription description, Cut cut, KerasFile file, TensorFlowConfig config) {
    this.description = description;
    session = new GraphSession(config.networkSession(Precision.FP32));
    try {
      Ops tf = session.ops();
      pixels = KerasGraph.pixels(tf, description);
      List<KerasNode> kept = cut.kept();
      NetworkBuilder builder =
          new NetworkBuilder(
              tf,
              file.weights(),
              description.preprocessing().apply(tf, pixels, description),
              BatchNormFolding.plan(cut.frozen(), kept),
              null);
      KerasInput.requireOne(cut.frozen());
      cut.frozen().forEach(builder::add);
      builder.refuseUnread();
      List<Shape> shapes = new ArrayList<>();
      List<Operand<TBool>> allFinite = new ArrayList<>();
      for (KerasNode node : cut.passing()) {
        Operand<TFloat16> half = tf.dtypes.cast(builder.built(node), TFloat16.class);
        outputs.add(half);
        shapes.add(half.shape());
        allFinite.add(isFinite(tf, half));
      }
      finite = tf.reduceAll(tf.stack(allFinite), tf.constant(0));
      List<Integer> features = new ArrayList<>();
      for (KerasNode end : cut.frozenEnds()) {
        Operand<TFloat32> pooled = KerasGraph.pool(tf, end.layer().path(), builder.built(end));
        outputs.add(pooled);
        features.add(LayerBuilder.channels(pooled));
      }
      shape = new CutShape(shapes, features);
      passing = cut.passing().stream().map(node -> node.layer().path()).toList();
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Operand<TBool> isFinite(Ops tf, Operand<TFloat16> values) {
    return tf.reduceAll(
        tf.reshape(tf.math.isFinite(values), tf.constant(new int[] {-1})), tf.constant(0));
  }

  CutShape shape() {
    return shape;
  }

  /**
   * @param images at least one, for this network
   * @return for each a record of {@link CutShape#bytes()}
   * @throws KerasImportException if a number does not fit into half precision
   */
  List<byte[]> run(List<Pixels> images) {
    try (TFloat32 input = KerasGraph.batch(description.inputSize(), images)) {
      Session.Runner runner = session.runner().feed(pixels, input);
      outputs.forEach(runner::fetch);
      try (Result result = runner.fetch(finite).run()) {
        if (!((TBool) result.get(outputs.size())).getBoolean()) {
          throw new KerasImportException(
              ("training.fine_tune: %s gives numbers beyond 65,504, which half precision cannot"
                      + " hold: cut the network elsewhere (from, last_blocks)")
                  .formatted(passing));
        }
        return records(result, images.size());
      }
    }
  }

  private List<byte[]> records(Result result, int count) {
    int[] parts = shape.parts();
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[shape.bytes()];
      int at = 0;
      for (int part = 0; part < parts.length; part++) {
        RawTensor tensor = result.get(part).asRawTensor();
        ByteDataBuffer bytes = tensor.data();
        bytes.offset((long) i * parts[part]).read(record, at, parts[part]);
        at += parts[part];
      }
      records.add(record);
    }
    return records;
  }

  @Override
  public void close() {
    session.close();
  }
}
