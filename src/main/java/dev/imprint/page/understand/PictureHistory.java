package dev.imprint.page.understand;

import dev.imprint.event.Topics;
import dev.imprint.labels.LabelHistory;
import dev.imprint.labels.LabelHistory.LabelEvent;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.page.understand.BoundedRead.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was said about a picture, and what came of it.
 *
 * @param events oldest first
 * @param limits what was not looked through, in words
 */
record PictureHistory(List<LabelEvent> events, List<String> limits) {
  /** Of each partition; people give thousands of labels, not millions. */
  private static final int MOST_RECORDS = 20_000;

  /**
   * Reads the newest records of the topics.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  static PictureHistory of(
      String imageId, BoundedRead reading, Topics topics, LabelChanges changes) {
    LabelHistory history = new LabelHistory(imageId, topics, changes);
    Map<String, List<LabelEvent>> events =
        new LinkedHashMap<>(); // in the order of cause and effect
    List<Part> parts = new ArrayList<>();
    for (String topic : LabelHistory.topics(topics)) {
      events.put(topic, new ArrayList<>());
      // Whoever writes feedback chooses its partition.
      boolean anywhere = topic.equals(topics.feedback()) || topic.equals(topics.feedbackDlq());
      parts.add(new Part(topic, anywhere ? null : imageId, MOST_RECORDS, null));
    }
    List<String> limits =
        reading.read(
            parts,
            record -> {
              LabelEvent event = history.event(record);
              if (event != null) {
                events.getOrDefault(record.topic(), new ArrayList<>()).add(event);
              }
              return false;
            });
    List<LabelEvent> all = events.values().stream().flatMap(List::stream).toList();
    return new PictureHistory(LabelHistory.inOrder(all), limits);
  }
}
