package dev.imprint.tensorflow.export;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where an export goes: it is written beside its final place, and moved there when it is complete.
 * {@link #close} deletes what has not been moved.
 *
 * @param file its final place
 * @param scratch a folder on the same file system
 */
record ExportTarget(Path file, Path scratch) implements AutoCloseable {
  private static final String KERAS = ".keras";

  /**
   * @throws IllegalArgumentException if something is there already, the name does not fit, or its
   *     folder does not exist
   * @throws IOException if that folder cannot be written to
   */
  static ExportTarget of(Path out, ExportFormat format) throws IOException {
    Path file = out.toAbsolutePath().normalize();
    if (format == ExportFormat.KERAS) {
      if (!file.toString().endsWith(KERAS)) {
        throw new IllegalArgumentException(
            "%s must end in .keras, or Keras cannot read it".formatted(out));
      }
      refuseExisting(file);
      refuseExisting(labels(file));
    } else if (!isEmptyFolder(file)) {
      refuseExisting(file);
    }
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "there is no folder %s: create it, or name another".formatted(folder));
    }
    return new ExportTarget(file, Files.createTempDirectory(folder, ".imprint-export-"));
  }

  private static void refuseExisting(Path path) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          "%s exists already: name another, or move it away".formatted(path));
    }
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
      return !content.iterator().hasNext();
    }
  }

  /** The file of labels beside a .keras file. */
  static Path labels(Path keras) {
    String name = String.valueOf(keras.getFileName());
    return keras.resolveSibling(name.substring(0, name.length() - KERAS.length()) + ".labels.txt");
  }

  /** Its place until it is complete. */
  Path draft() {
    return scratch.resolve("export");
  }

  /** The labels' place until they are complete. */
  Path draftOfLabels() {
    return scratch.resolve("labels.txt");
  }

  /** Moves a .keras file to its place, after its labels. */
  void keepKeras() throws IOException {
    Path labels = labels(file);
    refuseExisting(file); // it may have come since
    refuseExisting(labels);
    Files.move(draftOfLabels(), labels, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(draft(), file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(labels);
      throw e;
    }
  }

  /** Moves a folder to its place. */
  void keepFolder() throws IOException {
    Files.deleteIfExists(file); // only if it is empty
    Files.move(draft(), file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    List<Path> left;
    try (Stream<Path> all = Files.walk(scratch)) {
      left = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : left) {
      Files.deleteIfExists(path);
    }
  }
}
