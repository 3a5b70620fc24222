package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.part.PipelinePart;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates from a release with one group for everything: serving's group continues where the former
 * group had read the images up to. That group's predictions reached learning through an internal
 * topic, which learning still reads, so learning starts at the end of the public topic. Not
 * thread-safe.
 *
 * @param service the service's id, which was also its former group's
 */
record GroupHandover(Topics topics, String service) {
  private static final Logger LOG = LoggerFactory.getLogger(GroupHandover.class);

  /**
   * Does nothing if there is nothing to hand over, or it has been done. Call it before either part
   * joins its group.
   *
   * @throws IllegalStateException while an instance of the former release is still running
   * @throws KafkaException if Kafka does not answer, or another instance was faster
   */
  void run(Admin admin) {
    String serving = PipelinePart.SERVING.applicationId(service);
    String learning = PipelinePart.LEARNING.applicationId(service);
    if (!committed(admin, serving, topics.images()).isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> images = committed(admin, learning, topics.images());
    if (images.isEmpty()) {
      return; // a new service
    }
    requireStopped(admin, learning);
    // The images last, since they mark the handover as done. Kafka refuses both once a group has
    // members.
    answer(admin.alterConsumerGroupOffsets(learning, ends(admin, topics.predictions())).all());
    answer(admin.alterConsumerGroupOffsets(serving, images).all());
    LOG.info("Group {} continues with the images where {} stopped: {}", serving, learning, images);
  }

  /** Includes transactions that are still being committed: there are no pending ones. */
  private static Map<TopicPartition, OffsetAndMetadata> committed(
      Admin admin, String group, String topic) {
    var options = new ListConsumerGroupOffsetsOptions().requireStable(true);
    var offsets =
        answer(admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata());
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private void requireStopped(Admin admin, String group) {
    var members = only(answer(admin.describeConsumerGroups(List.of(group)).all())).members();
    if (!members.isEmpty()) { // none of ours joins before the handover
      throw new IllegalStateException(
          ("an instance of an older release is still reading %s in group %s: stop all of them, and"
                  + " this one continues where they stopped")
              .formatted(topics.images(), group));
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> ends(Admin admin, String topic) {
    var described = only(answer(admin.describeTopics(List.of(topic)).allTopicNames()));
    Map<TopicPartition, OffsetSpec> all =
        described.partitions().stream()
            .collect(
                Collectors.toMap(
                    info -> new TopicPartition(topic, info.partition()),
                    info -> OffsetSpec.latest()));
    return answer(admin.listOffsets(all).all()).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue().offset())));
  }

  private static <T> T only(Map<?, T> answers) {
    return answers.values().iterator().next();
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new KafkaException("the groups of the service cannot be read or set", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
