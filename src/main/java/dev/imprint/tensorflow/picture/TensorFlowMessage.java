package dev.imprint.tensorflow.picture;

import java.util.regex.Pattern;

/** TensorFlow's messages without the names of nodes, which mean nothing to the sender of a file. */
final class TensorFlowMessage {
  private static final Pattern NODES =
      Pattern.compile("\\[\\[.*?]]|\\{\\{.*?}}|\\[?Op: ?\\w+]?|name: ?$");

  private TensorFlowMessage() {}

  /** The message as one line. */
  static String of(Exception e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    String firstLine = message.lines().findFirst().orElse("");
    String plain = NODES.matcher(firstLine).replaceAll("").replaceAll("\\s+", " ").strip();
    return plain.isEmpty() ? "its structure is damaged" : plain;
  }
}
