package dev.imprint.benchmark;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.picture.InputSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * {@code serve_saved_model.py}.
 *
 * @param python one with the packages of {@code src/test/python/peers/requirements.txt}
 * @param model a folder with a SavedModel and its labels
 */
record PythonPeer(Path python, Path model) implements Peer {
  private static final String SCRIPTS = "src/test/python/peers/";

  /** The input of {@code export_saved_model.py}. */
  private record Export(
      String layer,
      int height,
      int width,
      float scale,
      float offset,
      List<String> labels,
      List<float[]> weights,
      float[] bias) {}

  @Override
  public String name() {
    return "Python";
  }

  /** Makes the SavedModel of this head and the bundled backbone's last layer. */
  static PythonPeer export(Path python, DenseHead head, Path folder)
      throws IOException, InterruptedException {
    BackboneDescription description = BackboneDescription.bundled().lastLayerAlone();
    Path keras = folder.resolve("backbone.keras");
    try (var file = description.file().toURL().openStream()) {
      Files.copy(file, keras, StandardCopyOption.REPLACE_EXISTING);
    }
    Path headFile = Files.write(folder.resolve("head.json"), Json.encode(of(description, head)));
    Path model = folder.resolve("saved_model");
    Process export =
        Peer.process(
                python.toString(),
                SCRIPTS + "export_saved_model.py",
                keras.toString(),
                headFile.toString(),
                model.toString())
            .start();
    if (export.waitFor() != 0) {
      throw new IllegalStateException("the SavedModel could not be made; see the messages above");
    }
    return new PythonPeer(python, model);
  }

  private static Export of(BackboneDescription description, DenseHead head) {
    float[] weights = head.weights();
    int classes = head.classes().size();
    List<float[]> rows =
        IntStream.range(0, head.dimension())
            .mapToObj(d -> Arrays.copyOfRange(weights, d * classes, (d + 1) * classes))
            .toList();
    InputSize size = description.inputSize();
    return new Export(
        description.embeddingLayers().get(0),
        size.height(),
        size.width(),
        Objects.requireNonNull(description.scale()),
        Objects.requireNonNull(description.offset()),
        head.classes(),
        rows,
        head.bias());
  }

  @Override
  public Process start(String bootstrapServers, Topics topics) throws IOException {
    return Peer.process(
            python.toString(),
            SCRIPTS + "serve_saved_model.py",
            bootstrapServers,
            topics.prefix(),
            model.toString())
        .start();
  }
}
