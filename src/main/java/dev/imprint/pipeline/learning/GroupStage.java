package dev.imprint.pipeline.learning;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.part.PipelinePart;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** A topic and the group that reads it: a stage on the way to a label. */
record GroupStage(GroupProgress group, String topic) {
  /**
   * The stages from an image to its feedback, in order: once a topic has been read, its results are
   * on the next one.
   *
   * @param applicationId of the service
   * @param consumer {@link GroupProgress#consumer}
   */
  static List<GroupStage> ofImages(
      Consumer<byte[], byte[]> consumer, Admin admin, Topics topics, String applicationId) {
    String service = PipelinePart.LEARNING.applicationId(applicationId);
    GroupProgress serving =
        GroupProgress.of(consumer, admin, PipelinePart.SERVING.applicationId(applicationId));
    GroupProgress learning = GroupProgress.of(consumer, admin, service);
    return List.of(
        new GroupStage(serving, topics.images()),
        new GroupStage(learning, topics.predictions()),
        new GroupStage(learning, service + "-" + LearningTopology.PREDICTED_TOPIC));
  }

  /** From feedback to its label, or to waiting for its image; also in order. */
  static List<GroupStage> ofFeedback(
      Consumer<byte[], byte[]> consumer, Admin admin, Topics topics, String applicationId) {
    String service = PipelinePart.LEARNING.applicationId(applicationId);
    GroupProgress learning = GroupProgress.of(consumer, admin, service);
    return List.of(
        new GroupStage(learning, topics.feedback()),
        new GroupStage(learning, service + "-" + LearningTopology.CHECKED_TOPIC));
  }
}
