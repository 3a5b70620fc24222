package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.Topology.AutoOffsetReset;
import org.apache.kafka.streams.processor.internals.InternalTopicProperties;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds the way of feedback to a topology: {@code feedback → check → (by image id) → label →
 * outcomes, labels, pictures | feedback.dlq}, where {@code label} has the predictions (by image id)
 * and the topic {@code labels} as well. All three have as many partitions as {@code labels} and are
 * written by image id, so that one task has all of one image.
 *
 * <p>Kafka Streams makes the two internal topics and deletes what was read from them. Only its DSL
 * offers that; the one internal call spares nodes between ours that have names of its own.
 */
final class LearningTopology extends Topology {
  static final String TO_LABEL_PREDICTIONS = "to-label-predictions";
  static final String TO_LABEL_FEEDBACK = "to-label-feedback";
  static final String BAD_FEEDBACK = "bad-feedback";
  static final String UNMATCHED_FEEDBACK = "unmatched-feedback";
  static final String OUTCOMES = "outcomes";
  static final String LABELS = "labels";
  static final String PICTURES = "pictures";

  /** Kafka Streams puts the application id in front. */
  static final String PREDICTED_TOPIC = "predicted-repartition";

  static final String CHECKED_TOPIC = "checked-feedback-repartition";

  private static final String FEEDBACK = "feedback";
  private static final String CHECK = "check-feedback";
  private static final String PREDICTED_SOURCE = "predicted";
  private static final String CHECKED_SOURCE = "checked-feedback";
  private static final String LABELS_SOURCE = "known-labels";
  private static final String LABEL = "label";

  /**
   * @param classify the node that predicts, and forwards to {@link #TO_LABEL_PREDICTIONS}
   * @param partitions of the topic {@code labels}
   */
  void learn(
      String classify,
      Topics topics,
      int partitions,
      LearningConfig config,
      FeedbackDecision decision,
      ImagesProgress progress) {
    var bytes = new ByteArraySerializer();
    internalTopologyBuilder.addInternalTopic(
        PREDICTED_TOPIC, new InternalTopicProperties(partitions));
    internalTopologyBuilder.addInternalTopic(
        CHECKED_TOPIC, new InternalTopicProperties(partitions));
    Clock clock = decision.clock();
    addSource(
            AutoOffsetReset.EARLIEST,
            FEEDBACK,
            new ReceivedTimestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.feedback())
        .addProcessor(
            CHECK,
            () ->
                new FeedbackCheck(
                    topics.images(), decision.deadLetters(), decision.metrics(), clock),
            FEEDBACK)
        .addSink(BAD_FEEDBACK, topics.feedbackDlq(), bytes, bytes, CHECK)
        .addSink(TO_LABEL_FEEDBACK, CHECKED_TOPIC, bytes, bytes, CHECK)
        .addSink(TO_LABEL_PREDICTIONS, PREDICTED_TOPIC, bytes, bytes, classify);
    source(PREDICTED_SOURCE, (topic, value) -> RecentPredictions.decode(value), PREDICTED_TOPIC);
    source(CHECKED_SOURCE, (topic, value) -> ArrivedFeedback.decode(value), CHECKED_TOPIC);
    source(LABELS_SOURCE, (topic, value) -> value, topics.labels());
    addProcessor(
            LABEL,
            () -> new LabelProcessor(config, decision, progress, clock),
            PREDICTED_SOURCE,
            CHECKED_SOURCE,
            LABELS_SOURCE)
        .addSink(UNMATCHED_FEEDBACK, topics.feedbackDlq(), bytes, bytes, LABEL)
        .addSink(OUTCOMES, topics.outcomes(), bytes, bytes, LABEL)
        .addSink(LABELS, topics.labels(), bytes, bytes, LABEL)
        .addSink(PICTURES, topics.pictures(), bytes, bytes, LABEL);
    addStores(config);
    internalTopologyBuilder.copartitionSources(
        List.of(PREDICTED_SOURCE, CHECKED_SOURCE, LABELS_SOURCE));
  }

  private <T> void source(String name, Deserializer<T> values, String topic) {
    addSource(
        AutoOffsetReset.EARLIEST,
        name,
        new ReceivedTimestamp(),
        new StringDeserializer(),
        values,
        topic);
  }

  private void addStores(LearningConfig config) {
    addStateStore(RecentPredictions.builder(LabelProcessor.RECENT, config.labelWindow()), LABEL);
    addStateStore(WaitingFeedback.builder(LabelProcessor.WAITING), LABEL);
    for (String labels : List.of(LabelProcessor.BUFFER, LabelProcessor.AWAITED)) {
      addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(labels), Serdes.String(), Serdes.ByteArray()),
          LABEL);
    }
    addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(LabelProcessor.SEEN), Serdes.String(), Serdes.String()),
        LABEL);
  }
}
