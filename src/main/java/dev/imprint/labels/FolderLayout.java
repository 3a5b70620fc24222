package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Sha256;
import dev.imprint.labels.LabelFile.RawLine;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A folder of pictures per label; an image's id is its path, as for {@code send}. */
final class FolderLayout {
  private static final int DIGITS = 8;
  private static final int LONGEST = 60;

  /** Java's replacement for bytes of a name that are not text in the locale's encoding. */
  private static final char UNREADABLE = '\ufffd';

  private FolderLayout() {}

  static List<RawLine> read(Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> !String.valueOf(file.getFileName()).startsWith(".")) // .DS_Store
              .sorted()
              .toList();
    }
    List<RawLine> lines = new ArrayList<>();
    for (Path file : files) {
      Path relative = root.relativize(file);
      String name =
          StreamSupport.stream(relative.spliterator(), false)
              .map(Path::toString)
              .collect(Collectors.joining("/"));
      Path folder = file.getParent();
      if (name.indexOf(UNREADABLE) >= 0) {
        lines.add(
            RawLine.unreadable(
                name, "this locale cannot read its name: set LC_ALL=C.UTF-8, or rename it"));
      } else if (relative.getNameCount() < 2 || folder == null) {
        lines.add(RawLine.unreadable(name, "it is not in a folder named after what it shows"));
      } else {
        String label = String.valueOf(folder.getFileName());
        lines.add(new RawLine(name, LabelLine.of(name, label, name)));
      }
    }
    return lines;
  }

  /**
   * Where a picture goes in an exported folder; no two have the same place.
   *
   * @param ending of its format, such as {@code jpg}
   */
  static String place(LabelLine line, String ending) {
    String digest = String.valueOf(line.sha256());
    return "%s/%s-%s.%s"
        .formatted(
            plain(line.label()),
            plain(line.imageId().replaceFirst("\\.[A-Za-z]{3,4}$", "")),
            Sha256.hex((line.imageId() + digest).getBytes(UTF_8)).substring(0, DIGITS),
            ending.toLowerCase(Locale.ROOT));
  }

  /** The same without letters that a locale may lack; still no two have the same place. */
  static String ascii(String place) {
    return place.replaceAll("[^\\x00-\\x7F]", "_");
  }

  /** As a file's name on every system. */
  private static String plain(String name) {
    String plain = name.replaceAll("[^\\p{L}\\p{N} _-]", "_").strip();
    String shown = plain.isEmpty() ? "_" : plain;
    return shown.length() > LONGEST ? shown.substring(shown.length() - LONGEST) : shown;
  }
}
