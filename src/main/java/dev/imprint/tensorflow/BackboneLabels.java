package dev.imprint.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labels of a whole classifier. */
final class BackboneLabels {
  /** The most that the buffer learns from (buffer.max_labels). */
  static final int MOST = 10_000;

  /** As long as labels in feedback may be, in bytes of UTF-8. */
  private static final int MOST_BYTES = MOST * (PlainText.MAX_LENGTH * 4 + 2);

  /** Some editors put it at the start of a text. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private BackboneLabels() {}

  /**
   * Reads one label per line; empty lines at the end do not count.
   *
   * @param yaml that names the file, for messages
   * @throws IllegalArgumentException if the file cannot be read, or has none
   */
  static List<String> read(URI file, String yaml) {
    if (BackboneDescription.isDirectory(file)) {
      throw new IllegalArgumentException(
          "%s: labels: %s is a directory; name a file with one label per line"
              .formatted(yaml, file));
    }
    try (InputStream in = file.toURL().openStream()) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException(
            "%s: labels: %s has more than %,d bytes; name a file with one label per line"
                .formatted(yaml, file, MOST_BYTES));
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = text.startsWith(BYTE_ORDER_MARK);
      String labels = text.substring(marked ? 1 : 0).stripTrailing();
      if (labels.isEmpty()) { // no labels would mean a network without its classifier
        throw new IllegalArgumentException(
            "%s: labels: %s is empty; write one label per line, or remove labels"
                .formatted(yaml, file));
      }
      return labels.lines().map(String::strip).toList();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s: labels: %s is not UTF-8 text; save it as UTF-8, with one label per line"
              .formatted(yaml, file),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          ("%s: labels: %s cannot be read (%s); name a file with one label per line, or list the"
                  + " labels")
              .formatted(yaml, file, e.getMessage()),
          e);
    }
  }

  /**
   * @return in the form in which labels are learned
   * @throws IllegalArgumentException if there is only one label, too many, or an invalid one
   */
  static List<String> checked(List<String> labels) {
    if (labels.size() == 1 || labels.size() > MOST) {
      throw new IllegalArgumentException(
          "the number of labels is %d; 2 to %,d are supported".formatted(labels.size(), MOST));
    }
    Map<String, Integer> seen = new HashMap<>();
    List<String> named = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      try {
        label = PlainText.label(label == null ? "" : label);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "labels, number %d: it %s".formatted(i + 1, e.getMessage()), e);
      }
      named.add(label);
      Integer before = seen.put(label, i + 1);
      if (before != null) {
        throw new IllegalArgumentException(
            "labels has '%s' twice, as numbers %d and %d: give them different names"
                .formatted(label, before, i + 1));
      }
    }
    return List.copyOf(named);
  }
}
