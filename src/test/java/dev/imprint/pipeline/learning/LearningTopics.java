package dev.imprint.pipeline.learning;

import dev.imprint.event.Topics;
import java.util.List;
import java.util.Map;

/** The topics that learning reads and writes, including its internal ones. */
final class LearningTopics {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final String APPLICATION = "imprint-";
  static final String PREDICTED = APPLICATION + LearningTopology.PREDICTED_TOPIC;
  static final String CHECKED = APPLICATION + LearningTopology.CHECKED_TOPIC;

  /** Topics that learning reads. */
  static final List<String> SOURCES =
      List.of(TOPICS.predictions(), TOPICS.feedback(), PREDICTED, CHECKED, TOPICS.labels());

  private static final List<String> STORES =
      List.of(
          LabelProcessor.RECENT,
          LabelProcessor.WAITING,
          LabelProcessor.BUFFER,
          LabelProcessor.AWAITED,
          LabelProcessor.SEEN);
  static final List<String> CHANGELOGS = STORES.stream().map(LearningTopics::changelog).toList();

  /** Topics by the names of the nodes that processors forward to. */
  static final Map<String, String> SINKS =
      Map.of(
          LearningTopology.TO_LABEL_PREDICTIONS, PREDICTED,
          LearningTopology.TO_LABEL_FEEDBACK, CHECKED,
          LearningTopology.BAD_FEEDBACK, TOPICS.feedbackDlq(),
          LearningTopology.BAD_PREDICTION, TOPICS.feedbackDlq(),
          LearningTopology.UNMATCHED_FEEDBACK, TOPICS.feedbackDlq(),
          LearningTopology.OUTCOMES, TOPICS.outcomes(),
          LearningTopology.LABELS, TOPICS.labels(),
          LearningTopology.PICTURES, TOPICS.pictures());

  private LearningTopics() {}

  static String changelog(String store) {
    return APPLICATION + store + "-changelog";
  }
}
