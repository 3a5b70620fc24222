package dev.imprint.tensorflow.keras;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .keras} file, which is a zip archive: {@code config.json}, the architecture, and {@code
 * model.weights.h5}.
 *
 * @param weights an HDF5 file
 * @param metadata states the Keras version that wrote it; null if missing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KerasArchive(byte[] config, byte[] weights, byte @Nullable [] metadata) {
  static final String CONFIG = "config.json";
  static final String METADATA = "metadata.json";
  static final String WEIGHTS = "model.weights.h5";
  static final int MOST_CONFIG_BYTES = 16 << 20;

  private static final int MOST_WEIGHTS_BYTES = 1 << 30;
  private static final int MOST_ENTRIES = 1000;

  /**
   * Keras does not compress, and zipping again saves little on weights: anything that unpacks to
   * more than this many times the file is a bomb.
   */
  private static final int MOST_GROWTH = 20;

  static KerasArchive read(byte[] file) {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      long left = (long) file.length * MOST_GROWTH + MOST_CONFIG_BYTES;
      int count = 0;
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        if (++count > MOST_ENTRIES) {
          throw new KerasImportException(
              "the zip archive has more than %d entries; a .keras file has only a few"
                  .formatted(MOST_ENTRIES));
        }
        left -= read(zip, e, left, entries);
      }
    } catch (IOException | IllegalArgumentException e) {
      if (e instanceof KerasImportException refusal) {
        throw refusal;
      }
      throw new KerasImportException(
          "the zip archive is damaged (%s): copy the file again, or save the model again"
              .formatted(e.getMessage() == null ? "it ends too early" : e.getMessage()),
          e);
    }
    return new KerasArchive(
        required(CONFIG, entries), required(WEIGHTS, entries), entries.get(METADATA));
  }

  /** Returns how many bytes the entry unpacked to. */
  private static long read(
      ZipInputStream zip, ZipEntry entry, long left, Map<String, byte[]> entries)
      throws IOException {
    String name = entry.getName();
    boolean wanted = name.equals(CONFIG) || name.equals(WEIGHTS) || name.equals(METADATA);
    long most = Math.min(left, name.equals(WEIGHTS) ? MOST_WEIGHTS_BYTES : MOST_CONFIG_BYTES);
    if (entry.getSize() > most) {
      throw tooLarge(name, most);
    }
    if (!wanted) {
      // Assets belong to text layers.
      long skipped = 0;
      byte[] piece = new byte[8192];
      for (int n = zip.read(piece); n >= 0; n = zip.read(piece)) {
        skipped += n;
        if (skipped > most) {
          throw tooLarge(name, most);
        }
      }
      return skipped;
    }
    byte[] bytes = zip.readNBytes(Math.toIntExact(most + 1));
    if (bytes.length > most) {
      throw tooLarge(name, most);
    }
    if (entries.put(name, bytes) != null) {
      throw new KerasImportException("the file has two entries named " + name);
    }
    return bytes.length;
  }

  private static KerasImportException tooLarge(String name, long most) {
    return new KerasImportException(
        "%s unpacks to more than %,d bytes, too much for a network in a file of this size; the zip"
                .formatted(name, most)
            + " archive is damaged or a zip bomb");
  }

  private static byte[] required(String name, Map<String, byte[]> entries) {
    byte @Nullable [] entry = entries.get(name);
    if (entry == null) {
      throw new KerasImportException(
          "the zip archive has no %s, so it is not a Keras 3 model".formatted(name));
    }
    return entry;
  }
}
