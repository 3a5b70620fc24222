package dev.imprint.demo;

import dev.imprint.demo.belt.BeltPicture;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The user's own pictures, over and over. Ids are the paths relative to the folder, with slashes on
 * every system; from the second round on, with the round's number, as in {@code cats/tom.jpg#2}. A
 * picture's label is the name of its folder; pictures directly in the given folder have none.
 */
public final class FolderStream implements PictureStream {
  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp");

  private final Path folder;
  private final List<Path> files;
  private final Map<String, Integer> labels = new TreeMap<>();
  private long count;

  /**
   * @param seed for the order, so that the labels are mixed
   * @throws IOException if the folder does not exist or contains no picture
   */
  public FolderStream(Path folder, long seed) throws IOException {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
    }
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files = new ArrayList<>(walk.filter(this::isPicture).sorted().toList());
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(
          folder.toString(), null, "it has no pictures; supported formats: " + ENDINGS);
    }
    files.stream()
        .map(this::label)
        .filter(Objects::nonNull)
        .forEach(label -> labels.merge(label, 1, Integer::sum));
    Collections.shuffle(files, new Random(seed));
  }

  /** Excludes hidden files, such as those that macOS leaves next to each picture. */
  private boolean isPicture(Path path) {
    for (Path part : folder.relativize(path)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(path);
  }

  private @Nullable String label(Path file) {
    Path parent = folder.relativize(file).getParent();
    return parent == null
        ? null
        // macOS writes é as two characters; the service's labels have one.
        : Normalizer.normalize(String.valueOf(parent.getFileName()), Normalizer.Form.NFC).strip();
  }

  /** The number of pictures per label. */
  public Map<String, Integer> labels() {
    return Collections.unmodifiableMap(labels);
  }

  int size() {
    return files.size();
  }

  /** The id that the picture had in the first round. */
  static String file(String id) {
    return id.replaceFirst("#\\d+$", "");
  }

  @Override
  public BeltPicture next() throws IOException {
    Path file = files.get((int) (count % files.size()));
    long round = 1 + count / files.size();
    count++;
    String id =
        StreamSupport.stream(folder.relativize(file).spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
    return new BeltPicture(
        round == 1 ? id : id + "#" + round, Files.readAllBytes(file), label(file), null);
  }
}
