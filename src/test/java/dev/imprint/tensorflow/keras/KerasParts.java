package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A .keras file taken apart, to be changed and reassembled. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record KerasParts(JsonNode config, byte[] weights) {
  public static KerasParts of(byte[] file) {
    KerasArchive archive = KerasArchive.read(file);
    try {
      return new KerasParts(new ObjectMapper().readTree(archive.config()), archive.weights());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the outermost model's layers with this name. */
  public KerasParts with(String layer, Consumer<ObjectNode> change) {
    for (JsonNode node : config.at("/config/layers")) {
      if (node.path("config").path("name").asText().equals(layer)) {
        change.accept((ObjectNode) node);
      }
    }
    return this;
  }

  public byte[] zip() {
    return zip(
        Map.of(
            KerasArchive.CONFIG,
            config.toString().getBytes(StandardCharsets.UTF_8),
            KerasArchive.WEIGHTS,
            weights));
  }

  public static byte[] zip(Map<String, byte[]> entries) {
    return zip(Deflater.BEST_SPEED, entries);
  }

  private static byte[] zip(int level, Map<String, byte[]> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(level);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
