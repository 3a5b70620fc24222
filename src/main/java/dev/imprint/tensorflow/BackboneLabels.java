package dev.imprint.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labels of a whole classifier. */
final class BackboneLabels {
  /** As many as the buffer learns from (buffer.max_labels). */
  static final int MOST = 10_000;

  /** As long as a label in feedback, in bytes of UTF-8. */
  private static final int MOST_BYTES = MOST * (FeedbackCodec.MAX_TEXT * 4 + 2);

  private BackboneLabels() {}

  /**
   * Reads one label a line; empty lines at the end do not count.
   *
   * @throws IllegalArgumentException if the file cannot be read
   */
  static List<String> read(URI file) {
    try (InputStream in = file.toURL().openStream()) {
      byte[] text = in.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new IllegalArgumentException(
            "labels: %s has more than %,d bytes; name a file with one label a line"
                .formatted(file, MOST_BYTES));
      }
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text))
          .toString()
          .stripTrailing()
          .lines()
          .map(String::strip)
          .toList();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "labels: %s is not a text of UTF-8; name a file with one label a line".formatted(file),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "labels: %s cannot be read (%s); name a file with one label a line, or list the labels"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * @return a copy
   * @throws IllegalArgumentException if there is one label alone, too many, or one that cannot be
   */
  static List<String> checked(List<String> labels) {
    if (labels.size() == 1 || labels.size() > MOST) {
      throw new IllegalArgumentException(
          "labels has %d; 2 to %,d can be told apart".formatted(labels.size(), MOST));
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      if (label == null || label.isBlank() || label.length() > FeedbackCodec.MAX_TEXT) {
        throw new IllegalArgumentException(
            "labels, number %d: a label has 1 to %d characters"
                .formatted(i + 1, FeedbackCodec.MAX_TEXT));
      }
      Integer before = seen.put(label, i + 1);
      if (before != null) {
        throw new IllegalArgumentException(
            "labels has '%s' twice, numbers %d and %d: give them different names"
                .formatted(label, before, i + 1));
      }
    }
    return List.copyOf(labels);
  }
}
