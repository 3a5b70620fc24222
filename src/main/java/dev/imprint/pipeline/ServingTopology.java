package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.part.Output;
import dev.imprint.pipeline.part.ReceivedTimestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/** {@code images → classify → predictions | images.dlq}, as a pure function. */
final class ServingTopology {
  static final String IMAGES = "images";
  static final String CLASSIFY = "classify";
  static final String BATCH = "classify-batch";
  static final String PREDICTIONS = "predictions";
  static final String IMAGES_DLQ = "images-dlq";

  /** A few large images are a batch, too, so that they do not fill the heap. */
  private static final long MAX_BATCH_BYTES = 64L * 1024 * 1024;

  private ServingTopology() {}

  /**
   * Each stream thread's own batch.
   *
   * @param classifier returns one outcome for each record of a batch, in order
   * @param predicted runs after each batch that produced a prediction
   */
  static ThreadLocal<ThreadBatch> batches(
      ServingConfig config,
      Function<List<Input>, List<Classification>> classifier,
      OutgoingRecords outgoing,
      Runnable predicted) {
    var limits =
        new MicroBatchProcessor.BatchLimits(
            config.maxBatch(), MAX_BATCH_BYTES, Duration.ofMillis(Math.max(1, config.lingerMs())));
    MicroBatchProcessor.Function function =
        batch -> {
          List<Classification> outcomes = classifier.apply(batch);
          if (outcomes.stream().anyMatch(Classification.Predicted.class::isInstance)) {
            predicted.run();
          }
          List<List<Output>> outputs = new ArrayList<>(batch.size());
          for (int i = 0; i < batch.size(); i++) {
            outputs.add(outgoing.write(batch.get(i), outcomes.get(i)));
          }
          return outputs;
        };
    return ThreadLocal.withInitial(() -> new ThreadBatch(limits, function));
  }

  static Topology build(Topics topics, ThreadLocal<ThreadBatch> batches) {
    var bytes = new ByteArraySerializer();
    return new Topology()
        .addSource(
            Topology.AutoOffsetReset.EARLIEST,
            IMAGES,
            new ReceivedTimestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.images())
        .addProcessor(CLASSIFY, () -> new MicroBatchProcessor(BATCH, batches), IMAGES)
        .addStateStore(new MicroBatchStore.Builder(BATCH), CLASSIFY)
        .addSink(PREDICTIONS, topics.predictions(), bytes, bytes, CLASSIFY)
        .addSink(IMAGES_DLQ, topics.imagesDlq(), bytes, bytes, CLASSIFY);
  }
}
