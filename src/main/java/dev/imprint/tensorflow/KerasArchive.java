package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code .keras} file (Keras v3) holds: a zip of {@code config.json}, the architecture, and
 * {@code model.weights.h5}. Read in memory; nothing in it is run.
 *
 * @param config the model's description, as Keras' {@code serialize_keras_object} writes it
 * @param weights an HDF5 file
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record KerasArchive(JsonNode config, byte[] weights) {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  /** What an entry may unpack to, so that a small file cannot fill the memory. */
  private static final Map<String, Integer> MOST_BYTES = Map.of(CONFIG, 64 << 20, WEIGHTS, 1 << 30);

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};

  static KerasArchive read(byte[] file) {
    if (startsWith(file, HDF5)) {
      throw new KerasImportException(
          "this is an HDF5 file (.h5), Keras' older format: load it with Keras 3 and save it as"
              + " .keras");
    }
    if (!startsWith(file, ZIP)) {
      throw new KerasImportException(
          "this is not a .keras file (a zip archive): save the model with Keras 3 as .keras");
    }
    Map<String, byte[]> entries = unzip(file);
    byte[] config = required(CONFIG, entries.get(CONFIG));
    byte[] weights = required(WEIGHTS, entries.get(WEIGHTS));
    try {
      return new KerasArchive(JSON.readTree(config), weights);
    } catch (IOException e) {
      throw new KerasImportException(CONFIG + " is not JSON: " + e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> unzip(byte[] file) {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        Integer most = MOST_BYTES.get(e.getName());
        if (most == null) {
          // metadata.json tells nothing that is needed, assets belong to text layers.
          continue;
        }
        byte[] bytes = zip.readNBytes(most + 1);
        if (bytes.length > most) {
          throw new KerasImportException(
              "%s unpacks to more than %d MiB; no such network is read"
                  .formatted(e.getName(), most >> 20));
        }
        if (entries.put(e.getName(), bytes) != null) {
          throw new KerasImportException("the file holds two entries " + e.getName());
        }
      }
    } catch (IOException e) {
      throw new KerasImportException(
          "the zip archive is broken (%s): copy the file anew, or save the model again"
              .formatted(e.getMessage()),
          e);
    }
    return entries;
  }

  private static byte[] required(String name, byte @Nullable [] entry) {
    if (entry == null) {
      throw new KerasImportException(
          "the zip archive holds no %s, so it is not a model of Keras 3".formatted(name));
    }
    return entry;
  }

  private static boolean startsWith(byte[] file, byte[] magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }
}
