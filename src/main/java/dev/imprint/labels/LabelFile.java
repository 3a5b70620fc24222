package dev.imprint.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A labelled set outside of the service, as a file or folder that the name tells the form of. A set
 * that was written is read back as it was.
 */
public enum LabelFile {
  /** Comma-separated values (RFC 4180), with a heading. */
  CSV,
  /** One JSON object per line. */
  JSON_LINES,
  /** Objects in context: images, annotations and categories; of the boxes, only the categories. */
  COCO,
  /** A folder of pictures per label. */
  FOLDER;

  /** In a folder that was exported: what the names of folders and files do not say. */
  static final String INDEX = "labels.jsonl";

  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_LABELS = 1_000_000;
  private static final int MOST_COMPLAINTS = 10;

  /**
   * By the name: .csv, .jsonl, .json, or none of these for a folder.
   *
   * @throws IOException if it has another ending
   */
  public static LabelFile of(Path path) throws IOException {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path) || !name.contains(".")) {
      return FOLDER;
    }
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".csv" -> CSV;
      case ".jsonl", ".ndjson" -> JSON_LINES;
      case ".json" -> COCO;
      default ->
          throw new IOException(
              path + ": name a file .csv, .jsonl or .json (COCO), or a folder without a dot");
    };
  }

  /** The folder that the labels' files are relative to. */
  public Path root(Path path) {
    Path parent = path.toAbsolutePath().normalize();
    return this == FOLDER || parent.getParent() == null ? parent : parent.getParent();
  }

  /**
   * @return one per image, their labels in the form in which they are learned
   * @throws IOException if it cannot be read, or a line cannot be used; names up to ten of them
   */
  public List<LabelLine> read(Path path) throws IOException {
    Path file = this == FOLDER ? path.resolve(INDEX) : path;
    if (this == FOLDER && !Files.exists(file)) {
      return checked(FolderLayout.read(path));
    }
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw new IOException(
          "%s has %d bytes, more than %d: split it".formatted(file, size, MOST_BYTES));
    }
    byte[] bytes = Files.readAllBytes(file);
    return checked(
        switch (this) {
          case CSV -> LabelTable.read(bytes);
          case COCO -> CocoFile.read(bytes, root(path));
          case JSON_LINES, FOLDER -> JsonLines.read(bytes);
        });
  }

  /** Writes all of them; the pictures that they name are there already. */
  public void write(Path path, List<LabelLine> lines) throws IOException {
    byte[] bytes =
        switch (this) {
          case CSV -> LabelTable.write(lines);
          case COCO -> CocoFile.write(lines);
          case JSON_LINES, FOLDER -> JsonLines.write(lines);
        };
    Files.write(this == FOLDER ? path.resolve(INDEX) : path, bytes);
  }

  /**
   * A label of a file before it is checked.
   *
   * @param where it is, for messages: {@code line 3}
   * @param problem why it cannot be read; empty if it can
   */
  record RawLine(String where, LabelLine line, String problem) {
    RawLine(String where, LabelLine line) {
      this(where, line, "");
    }

    static RawLine unreadable(String where, String problem) {
      return new RawLine(where, LabelLine.of("", "", null), problem);
    }
  }

  private static List<LabelLine> checked(List<RawLine> raw) throws IOException {
    if (raw.size() > MOST_LABELS) {
      throw new IOException(
          "it has %d labels, more than %d: split it".formatted(raw.size(), MOST_LABELS));
    }
    List<String> complaints = new ArrayList<>();
    Map<String, RawLine> byImage = new HashMap<>();
    List<LabelLine> lines = new ArrayList<>();
    for (RawLine each : raw) {
      try {
        if (!each.problem().isEmpty()) {
          throw new IOException(each.problem());
        }
        LabelLine line = each.line().checked();
        RawLine other = byImage.put(line.imageId(), new RawLine(each.where(), line));
        if (other == null) {
          lines.add(line);
        } else if (!other.line().label().equals(line.label())) {
          throw new IOException(
              "image '%s' is '%s' here, but '%s' in %s: keep one"
                  .formatted(line.imageId(), line.label(), other.line().label(), other.where()));
        }
      } catch (IOException e) {
        complaints.add("%s: %s".formatted(each.where(), e.getMessage()));
      }
    }
    requireNone(complaints);
    return lines;
  }

  /** A check that every line must pass. */
  @FunctionalInterface
  public interface Requirement {
    /**
     * @throws IOException if it is not; the message is for people
     */
    void check(LabelLine line) throws IOException;
  }

  /**
   * @throws IOException if a line does not meet the requirement; names up to ten of them
   */
  public static void requireEach(List<LabelLine> lines, Requirement requirement)
      throws IOException {
    List<String> complaints = new ArrayList<>();
    for (LabelLine line : lines) {
      try {
        requirement.check(line);
      } catch (IOException e) {
        complaints.add(String.valueOf(e.getMessage()));
      }
    }
    requireNone(complaints);
  }

  private static void requireNone(List<String> complaints) throws IOException {
    if (!complaints.isEmpty()) {
      int more = complaints.size() - MOST_COMPLAINTS;
      throw new IOException(
          String.join("\n", complaints.subList(0, Math.min(MOST_COMPLAINTS, complaints.size())))
              + (more > 0 ? "\nand %d more like these".formatted(more) : ""));
    }
  }

  /** Without a byte order mark, which spreadsheets write. */
  static String text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
