package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.training.Example;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The examples that a version learned from and was judged on: JSON lines, sorted by image id. */
final class Manifest {
  private record ManifestLine(String imageId, String sha256, String label) {}

  private Manifest() {}

  static byte[] write(List<Example> examples) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    examples.stream()
        .sorted(Comparator.comparing(Example::imageId))
        .map(example -> new ManifestLine(example.imageId(), example.sha256(), example.label()))
        .forEach(
            line -> {
              lines.writeBytes(Json.encode(line));
              lines.write('\n');
            });
    return lines.toByteArray();
  }

  /**
   * The labels by image id.
   *
   * @throws IOException if it is not a manifest
   */
  static Map<String, String> labels(byte[] manifest) throws IOException {
    Map<String, String> labels = new HashMap<>();
    for (String text : new String(manifest, UTF_8).lines().toList()) {
      ManifestLine line = Json.decode(text.getBytes(UTF_8), ManifestLine.class);
      labels.put(line.imageId(), line.label());
    }
    return labels;
  }
}
