package dev.imprint.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A second backbone: the bundled network with one more layer in its embeddings. */
public final class TwoLayers {
  static final int DIMENSION = 1472;

  private static final Path BUNDLED = Path.of("backbones").toAbsolutePath();

  private TwoLayers() {}

  /** The bundled network with its last layer alone, which was the default once. */
  static Path lastAlone(Path directory) throws IOException {
    Files.copy(BUNDLED.resolve("efficientnet-lite0.keras"), directory.resolve("last.keras"));
    return Files.writeString(
        directory.resolve("last.yaml"),
        Files.readString(BUNDLED.resolve("efficientnet-lite0.yaml"))
            .replaceFirst("(?m)^file:.*$", "file: last.keras")
            .replaceFirst("(?m)^embedding_layers:.*$", "embedding_layers: [embedding]"));
  }

  /** Its description, next to a copy of the network. */
  public static Path write(Path directory) throws IOException {
    Files.copy(BUNDLED.resolve("efficientnet-lite0.keras"), directory.resolve("network.keras"));
    return Files.writeString(
        directory.resolve("next.yaml"),
        Files.readString(BUNDLED.resolve("efficientnet-lite0.yaml"))
            .replaceFirst("(?m)^file:.*$", "file: network.keras")
            .replaceFirst(
                "(?m)^embedding_layers:.*$", "embedding_layers: [block6d_add, embedding]"));
  }
}
