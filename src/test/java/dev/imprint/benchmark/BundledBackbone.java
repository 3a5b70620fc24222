package dev.imprint.benchmark;

import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.session.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The bundled network in a folder, with a description that decides what the bundled one leaves
 * open.
 */
record BundledBackbone(Path folder) {
  private static final Path YAML = Path.of("backbones/efficientnet-lite0.yaml");

  /** With all of its embedding layers. */
  Path yaml(Precision precision) throws IOException {
    return write(precision + ".yaml", Files.readString(YAML), precision);
  }

  /** With the last of its embedding layers alone. */
  Path yamlOfLastLayer(Precision precision) throws IOException {
    String last = BackboneDescription.bundled().lastLayerAlone().embeddingLayers().get(0);
    String text =
        Files.readString(YAML)
            .replaceFirst("(?m)^embedding_layers: .*", "embedding_layers: [" + last + "]");
    return write(precision + "-last.yaml", text, precision);
  }

  private Path write(String name, String text, Precision precision) throws IOException {
    Path network = Path.of(BackboneDescription.load(YAML).file());
    Files.copy(network, folder.resolve(network.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    return Files.writeString(
        folder.resolve(name), text.replaceFirst("(?m)^precision: \\w+", "precision: " + precision));
  }
}
