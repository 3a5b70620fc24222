package dev.imprint.app.dlq;

import dev.imprint.event.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topics whose records can become dead letters; the values of {@code --topic}. */
enum DlqTopic {
  IMAGES,
  FEEDBACK;

  /** The requested topic; all if none was requested. */
  static List<DlqTopic> chosen(@Nullable DlqTopic topic) {
    return topic == null ? List.of(values()) : List.of(topic);
  }

  /** The topic of the originals, which they are sent to again. */
  String originals(Topics topics) {
    return this == IMAGES ? topics.images() : topics.feedback();
  }

  String deadLetters(Topics topics) {
    return this == IMAGES ? topics.imagesDlq() : topics.feedbackDlq();
  }
}
