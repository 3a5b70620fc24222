package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.Cut;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.op.Ops;

/**
 * A backbone's network, divided for fine-tuning. Holds the bytes of its file, and nothing native.
 *
 * @param id of the backbone with its pretrained weights
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TunableNetwork(
    String id, BackboneDescription description, LearningPart part, byte[] file) {
  /**
   * @throws KerasImportException if the network cannot be read, or not be divided there
   */
  public static TunableNetwork of(BackboneDescription described, LearningPart part) {
    byte[] file = described.network();
    BackboneDescription description = described.withLayers(file);
    TunableNetwork network = new TunableNetwork(description.id(file), description, part, file);
    network.learning(); // refuses what cannot be divided
    return network;
  }

  /** Paths of the layers that learn. */
  public List<String> learning() {
    return with(
        keras -> Cut.of(description, keras, part).blocks().keySet().stream().sorted().toList());
  }

  /** The part before the cut, which the caller must close. */
  FrozenPart frozen(TensorFlowConfig config) {
    return with(
        keras -> new FrozenPart(description, Cut.of(description, keras, part), keras, config));
  }

  /**
   * Adds the part behind the cut to a graph.
   *
   * @param shape of what the part before it gives
   * @param seed for its dropout
   */
  TopGraph top(Ops tf, CutShape shape, long seed) {
    return with(
        keras ->
            TopGraph.build(tf, description, Cut.of(description, keras, part), shape, keras, seed));
  }

  private <T> T with(Function<KerasFile, T> work) {
    try (KerasFile keras = KerasFile.open(file)) {
      return work.apply(keras);
    } catch (KerasImportException e) {
      throw new KerasImportException(description.file() + ": " + e.getMessage(), e);
    }
  }
}
