package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.part.ReceivedTimestamp;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The path of feedback: {@code feedback → check → (by image id) → label → outcomes, labels,
 * pictures | feedback.dlq}, where {@code label} also reads the predictions (by image id) and the
 * topic {@code labels}. All three have as many partitions as {@code labels} and are written by
 * image id, so that one task has everything about an image.
 *
 * <p>Kafka Streams creates the two internal topics and deletes records that were read. The names of
 * topics and stores derive from the names of nodes, so these must not change.
 */
public final class LearningTopology {
  static final String BAD_FEEDBACK = "bad-feedback";
  static final String BAD_PREDICTION = "bad-prediction";
  static final String UNMATCHED_FEEDBACK = "unmatched-feedback";
  static final String OUTCOMES = "outcomes";
  static final String LABELS = "labels";
  static final String PICTURES = "pictures";

  /** Kafka Streams prepends the application id. */
  public static final String PREDICTED_TOPIC = "predicted-repartition";

  static final String CHECKED_TOPIC = "checked-feedback-repartition";

  /** The name that Kafka Streams gives the first node before an internal topic. */
  static final String TO_LABEL_PREDICTIONS = PREDICTED_TOPIC + "-filter";

  static final String TO_LABEL_FEEDBACK = CHECKED_TOPIC + "-filter";

  private static final String CHECK_PREDICTION = "check-prediction";
  private static final String CHECK_FEEDBACK = "check-feedback";
  private static final String LABEL = "label";

  private LearningTopology() {}

  /**
   * @param partitions of the topic {@code labels}
   * @param watch notified of each record
   */
  public static Topology build(
      Topics topics,
      int partitions,
      LearningConfig config,
      FeedbackDecision decision,
      ImagesProgress progress,
      RecordWatch watch) {
    Clock clock = decision.clock();
    StreamsBuilder builder = new StreamsBuilder();
    addStores(builder, config);
    // The order determines the numbers of the tasks, whose stores are on disk.
    KStream<byte[], byte[]> predictions =
        source(builder, topics.predictions(), "predictions")
            .process(
                watch.of(
                    () -> new PredictionCheck(decision.deadLetters(), decision.metrics(), clock)),
                Named.as(CHECK_PREDICTION));
    KStream<byte[], byte[]> feedback =
        source(builder, topics.feedback(), "feedback")
            .process(
                watch.paced(
                    () ->
                        new FeedbackCheck(
                            topics.images(), decision.deadLetters(), decision.metrics(), clock)),
                Named.as(CHECK_FEEDBACK));
    KStream<String, Object> predicted =
        byImage(repartitioned(predictions, PREDICTED_TOPIC, partitions), RecentPredictions::decode);
    KStream<String, Object> checked =
        byImage(repartitioned(feedback, CHECKED_TOPIC, partitions), ArrivedFeedback::decode);
    KStream<String, Object> labels =
        byImage(source(builder, topics.labels(), "known-labels"), value -> value);
    predicted
        .merge(checked)
        .merge(labels)
        .process(
            watch.paced(() -> new LabelProcessor(config, decision, progress, clock)),
            Named.as(LABEL),
            LabelProcessor.RECENT,
            LabelProcessor.WAITING,
            LabelProcessor.BUFFER,
            LabelProcessor.AWAITED,
            LabelProcessor.SEEN);
    return withSinks(builder.build(), topics);
  }

  private static KStream<byte[], byte[]> source(StreamsBuilder builder, String topic, String name) {
    return builder.stream(
        topic,
        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
            .withName(name)
            .withTimestampExtractor(new ReceivedTimestamp())
            .withOffsetResetPolicy(AutoOffsetReset.earliest()));
  }

  private static KStream<byte[], byte[]> repartitioned(
      KStream<byte[], byte[]> stream, String topic, int partitions) {
    return stream.repartition(
        Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
            .withName(topic)
            .withNumberOfPartitions(partitions));
  }

  private static KStream<String, Object> byImage(
      KStream<byte[], byte[]> stream, Function<byte[], Object> decode) {
    return stream.map(
        (id, value) ->
            KeyValue.pair(
                id == null ? null : new String(id, UTF_8),
                value == null ? null : decode.apply(value)));
  }

  /** Sinks that the processors forward to by name, which the Kafka Streams DSL does not know. */
  private static Topology withSinks(Topology topology, Topics topics) {
    var bytes = new ByteArraySerializer();
    return topology
        .addSink(BAD_PREDICTION, topics.feedbackDlq(), bytes, bytes, CHECK_PREDICTION)
        .addSink(BAD_FEEDBACK, topics.feedbackDlq(), bytes, bytes, CHECK_FEEDBACK)
        .addSink(UNMATCHED_FEEDBACK, topics.feedbackDlq(), bytes, bytes, LABEL)
        .addSink(OUTCOMES, topics.outcomes(), bytes, bytes, LABEL)
        .addSink(LABELS, topics.labels(), bytes, bytes, LABEL)
        .addSink(PICTURES, topics.pictures(), bytes, bytes, LABEL);
  }

  private static void addStores(StreamsBuilder builder, LearningConfig config) {
    builder
        .addStateStore(RecentPredictions.builder(LabelProcessor.RECENT, config.labelWindow()))
        .addStateStore(WaitingFeedback.builder(LabelProcessor.WAITING));
    for (String labels : List.of(LabelProcessor.BUFFER, LabelProcessor.AWAITED)) {
      builder.addStateStore(store(labels, Serdes.ByteArray()));
    }
    builder.addStateStore(store(LabelProcessor.SEEN, Serdes.String()));
  }

  private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> values) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), values);
  }
}
