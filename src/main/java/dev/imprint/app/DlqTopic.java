package dev.imprint.app;

import dev.imprint.event.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topics whose records can become dead letters; the values of {@code --topic}. */
enum DlqTopic {
  IMAGES,
  FEEDBACK;

  /** The one that was asked for; all if none was. */
  static List<DlqTopic> chosen(@Nullable DlqTopic topic) {
    return topic == null ? List.of(values()) : List.of(topic);
  }

  /** Where the originals lie, and are sent again to. */
  String originals(Topics topics) {
    return this == IMAGES ? topics.images() : topics.feedback();
  }

  String deadLetters(Topics topics) {
    return this == IMAGES ? topics.imagesDlq() : topics.feedbackDlq();
  }
}
