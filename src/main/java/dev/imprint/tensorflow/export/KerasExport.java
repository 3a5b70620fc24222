package dev.imprint.tensorflow.export;

import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.keras.FunctionalModel;
import dev.imprint.tensorflow.keras.KerasCall;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasFileWriter;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * Writes a backbone and a head as one {@code .keras} file, of Keras' own layers alone.
 *
 * @param description names the embedding layers
 * @param shapes of their outputs
 */
record KerasExport(BackboneDescription description, DenseHead head, List<Shape> shapes) {
  /**
   * @param file the backbone's network
   * @param weights that building the network has read
   * @param to the file to write
   * @param scratch folder for temporary files
   * @throws KerasImportException if a layer cannot be written
   */
  void write(KerasFile file, RecordedWeights weights, Path to, Path scratch) throws IOException {
    KerasNetwork network = new KerasNetwork(KerasModelParser.parse(file.config()));
    FunctionalModel model = new FunctionalModel();
    ClassifierLayers around = new ClassifierLayers(model);
    KerasCall.Tensor image = model.image();
    KerasCall.Tensor prepared = around.prepared(image, description, input(network));
    List<KerasCall.Tensor> outputs =
        new FlatNetwork(model, weights).add(network, description.embeddingLayers(), prepared);
    KerasCall.Tensor probabilities = around.classified(outputs, shapes, head);
    KerasFileWriter.write(model, image, probabilities, to, scratch.resolve("weights.h5"));
  }

  private KerasLayer input(KerasNetwork network) {
    List<KerasNode> ends = description.embeddingLayers().stream().map(network::last).toList();
    return network.upTo(ends).stream()
        .filter(node -> node.layer().isInput() && !node.passesOn())
        .map(KerasNode::layer)
        .findFirst()
        .orElseThrow(() -> new KerasImportException("the network has no input"));
  }
}
