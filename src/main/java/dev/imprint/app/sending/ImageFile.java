package dev.imprint.app.sending;

import com.drew.imaging.FileTypeDetector;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.ImageBytes;
import dev.imprint.event.IncomingImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A file to send.
 *
 * @param id the path relative to the folder that was walked, with slashes on every system; for a
 *     single file, its name
 */
public record ImageFile(String id, Path path) {
  /**
   * Every file under the paths; folders are walked in the order of names.
   *
   * @throws CommandFailedException if a path is missing, or if two files would have the same id
   */
  public static List<ImageFile> find(List<Path> paths) throws IOException {
    Map<String, Path> byId = new HashMap<>();
    List<ImageFile> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new CommandFailedException(
            path + ": no such file or folder; name image files or a folder of them");
      }
      for (ImageFile file : Files.isDirectory(path) ? walk(path) : List.of(single(path))) {
        Path other = byId.put(file.id(), file.path());
        if (other != null) {
          throw new CommandFailedException(
              ("%s and %s would both have the id %s: send a folder that contains both, or send"
                      + " them one at a time")
                  .formatted(other, file.path(), file.id()));
        }
        files.add(file);
      }
    }
    if (files.isEmpty()) {
      throw new CommandFailedException(
          "%s: the folder is empty; name image files, or a folder of them"
              .formatted(paths.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
    return files;
  }

  private static ImageFile single(Path path) {
    return new ImageFile(String.valueOf(path.getFileName()), path);
  }

  /** Every file in a folder, in the order of names. */
  static List<ImageFile> walk(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return walk.filter(path -> !Files.isDirectory(path))
          .sorted()
          .map(path -> new ImageFile(relative(folder, path), path))
          .toList();
    }
  }

  private static String relative(Path folder, Path path) {
    return StreamSupport.stream(folder.relativize(path).spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  public byte[] key() {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param maxBytes {@code images.max_bytes}
   * @throws IOException if it cannot be read, or would only become a dead letter; the message says
   *     why
   */
  public byte[] read(int maxBytes) throws IOException {
    if (key().length > IncomingImage.MAX_ID_BYTES) {
      throw new IOException("its id is longer than %d bytes".formatted(IncomingImage.MAX_ID_BYTES));
    }
    return read(path, maxBytes);
  }

  /**
   * A file that is not to be sent.
   *
   * @throws IOException if it cannot be read, is larger, or is no image; the message says why
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    ImageBytes.requireFits(Files.size(file), maxBytes);
    return ImageBytes.checked(Files.readAllBytes(file), maxBytes);
  }

  /**
   * Reads no more than the beginning.
   *
   * @throws IOException if it is sure that {@link #read} would fail
   */
  public void check(int maxBytes) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      ImageBytes.requireFits(Files.size(path), maxBytes);
      ImageBytes.requireImage(FileTypeDetector.detectFileType(in), Files.size(path));
    }
  }
}
