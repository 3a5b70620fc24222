package dev.imprint.app.dlq;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class DlqOptions {
  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only dead letters of images, or only those of feedback.")
  private @Nullable DlqTopic topic;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      converter = Reason.class,
      description = "Only dead letters with this reason.")
  private @Nullable String reason;

  List<DlqTopic> topics() {
    return DlqTopic.chosen(topic);
  }

  /** Null for any. */
  @Nullable String reason() {
    return reason;
  }
}
