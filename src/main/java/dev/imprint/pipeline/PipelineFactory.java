package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import dev.imprint.model.ServingModel;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes unstarted Kafka Streams instances, each fitted to what is found at that moment: the time of
 * a batch, the partitions and limits of the topics.
 *
 * @param models gives what serves now
 * @param decoding runs the decoding of a batch's images
 */
record PipelineFactory(
    PipelineConfig config,
    Clients clients,
    Supplier<ServingModel> models,
    ImageDecoder decoder,
    ExecutorService decoding) {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineFactory.class);

  /** Room above the topics' limits, so that the producer is never stricter than they are. */
  private static final int REQUEST_FRAME_BYTES = 1024;

  /**
   * @param predicted runs after each batch out of which a prediction came
   * @throws RuntimeException if the model fails, or Kafka does not answer
   */
  KafkaStreams create(PipelineMetrics metrics, Clock clock, Runnable predicted) {
    ServingConfig serving = config.serving();
    Duration batchTime = batchTime(serving.maxBatch());
    TopicFacts facts;
    try (Admin admin = clients.admin()) {
      facts = TopicFacts.read(admin, config.topics());
    }
    OutgoingRecords.Limits limits = facts.limits();
    StreamsSettings settings =
        new StreamsSettings(
            config.applicationId(),
            config.state(),
            serving,
            batchTime,
            facts.partitions(),
            Math.max(limits.prediction(), limits.deadLetter()) + REQUEST_FRAME_BYTES);
    LOG.info(
        "{} images take {} ms; {} partitions; transaction timeout {} ms",
        serving.maxBatch(),
        batchTime.toMillis(),
        facts.partitions(),
        settings.transactionTimeout().toMillis());
    var classifier = new ImageClassifier(models, decoder, decoding, serving, metrics, clock);
    var codec = PredictionCodec.valueOf(config.predictions().format().name());
    var outgoing = new OutgoingRecords(limits, codec, metrics, clock);
    return new KafkaStreams(
        ServingTopology.build(config.topics(), serving, classifier, outgoing, predicted),
        new StreamsConfig(settings.properties(clients)));
  }

  /** Runs a full batch of blank images twice, for the time of one on a warm model. */
  private Duration batchTime(int images) {
    List<Pixels> batch = Collections.nCopies(images, blank());
    ServingModel model = models.get();
    model.backbone().embed(batch);
    long start = System.nanoTime();
    model.backbone().embed(batch);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Pixels blank() {
    try {
      return decoder.decode(BlankImage.png());
    } catch (RejectedException e) {
      throw new IllegalStateException("the decoder refuses a blank PNG: " + e.getMessage(), e);
    }
  }
}
