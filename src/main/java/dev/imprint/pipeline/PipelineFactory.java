package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Backbone;
import dev.imprint.model.BlankImage;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Pixels;
import dev.imprint.model.ProbedDecoder;
import dev.imprint.model.RejectedException;
import dev.imprint.model.ServingModel;
import dev.imprint.pipeline.ImageClassifier.Outcome;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.ServingConfig.WithoutHead;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
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
 * @param backbones all that a model may come with
 * @param models gives what serves now
 * @param decoding runs the decoding of a batch's images
 * @param pictures reads labelled pictures back
 * @param progress how far images are read
 * @param times of the batches of all runs
 * @param nanoClock that measures them
 */
record PipelineFactory(
    PipelineConfig config,
    Clients clients,
    List<Backbone> backbones,
    Supplier<ServingModel> models,
    ExecutorService decoding,
    PictureReader pictures,
    ImagesProgress progress,
    BatchTimes times,
    LongSupplier nanoClock) {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineFactory.class);

  /** Room above the topics' limits, so that the producer is never stricter than they are. */
  private static final int REQUEST_FRAME_BYTES = 1024;

  /**
   * @param predicted runs after each batch out of which a prediction came
   * @param batchFailed runs after each that failed in the model or the decoder, before the
   *     exception goes on to Kafka Streams
   * @throws RuntimeException if the model fails, or Kafka does not answer
   */
  KafkaStreams create(
      PipelineMetrics metrics, Clock clock, Runnable predicted, Runnable batchFailed) {
    ServingConfig serving = config.serving();
    BatchTime batchTime = batchTime(serving.maxBatch());
    TopicFacts facts;
    try (Admin admin = clients.admin()) {
      facts = TopicFacts.read(admin, config.topics());
    }
    StreamsSettings settings =
        new StreamsSettings(
            config.applicationId(),
            config.state(),
            serving,
            batchTime,
            facts.maxRecordBytes() + REQUEST_FRAME_BYTES);
    if (settings.isBeyondBrokers()) {
      times.forget(); // they may have been a bad time: the next attempt measures anew
      throw new IllegalStateException(
          "a batch of %d takes %d ms, so its transaction would be longer than brokers allow:"
                  .formatted(serving.maxBatch(), batchTime.longest().toMillis())
              + " lower serving.max_batch or images.max_pixels");
    }
    log(settings);
    var classifier = new ImageClassifier(models, decoding, serving, metrics, clock);
    var codec = PredictionCodec.valueOf(config.predictions().format().name());
    var outgoing = new OutgoingRecords(facts.limits(), codec, metrics, clock);
    LearningTopology topology =
        ServingTopology.build(
            config.topics(),
            serving,
            batch -> watched(() -> timed(classifier, batch, settings), batchFailed),
            outgoing,
            predicted);
    topology.learn(
        ServingTopology.CLASSIFY,
        config.topics(),
        facts.labelPartitions(),
        config.learning(),
        decision(facts.learningLimits(), metrics, clock),
        progress);
    return new KafkaStreams(
        topology,
        new StreamsConfig(settings.properties(clients)),
        new HoldingConsumer.Supplier(config.topics().images(), this::holds));
  }

  /** Whether images wait on their topic for a first head. */
  private boolean holds() {
    return config.serving().withoutHead() == WithoutHead.HOLD && models.get().head() == null;
  }

  private static void log(StreamsSettings settings) {
    long batch = settings.batch().longest().toMillis();
    Duration timeout = settings.transactionTimeout();
    int images = settings.serving().maxBatch();
    LOG.info(
        "A batch of {} images takes {} ms; the transaction timeout is {} ms",
        images,
        batch,
        timeout.toMillis());
    if (settings.isExactlyOnce()
        && timeout.compareTo(StreamsSettings.ORDINARY_TRANSACTION_TIMEOUT) > 0) {
      LOG.warn(
          "If an instance is killed, readers of predictions may wait {} s, because a batch takes"
              + " {} ms here: lower serving.max_batch (now {}) to shorten that",
          timeout.toSeconds(),
          batch,
          images);
    }
  }

  private FeedbackDecision decision(
      LearningRecords.Limits limits, PipelineMetrics metrics, Clock clock) {
    int maxBytes = config.learning().maxPictureBytes();
    Supplier<ImageDecoder> decoder = () -> new ProbedDecoder(models.get().backbone().decoder());
    var records = new LearningRecords(limits, maxBytes, decoder, clock);
    var deadLetters = new DeadLetters(limits.deadLetter(), clock);
    return new FeedbackDecision(records, pictures, deadLetters, metrics, clock);
  }

  private static List<Outcome> watched(Supplier<List<Outcome>> batch, Runnable failed) {
    boolean done = false;
    try {
      List<Outcome> outcomes = batch.get();
      done = true;
      return outcomes;
    } finally {
      if (!done) {
        failed.run();
      }
    }
  }

  /**
   * Large pictures take longer than the blank ones that were measured. Left alone, the transaction
   * would expire, and Kafka Streams would read the same batch again without ever telling.
   */
  private List<Outcome> timed(
      ImageClassifier classifier, List<Input> batch, StreamsSettings settings) {
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    Duration time = times.time(() -> outcomes.addAll(classifier.classify(batch)));
    if (settings.isTooShortFor(time)) {
      throw new IllegalStateException(
          "a batch took %d ms, too long for a transaction timeout of %d ms: setting a longer one"
              .formatted(time.toMillis(), settings.transactionTimeout().toMillis()));
    }
    return outcomes;
  }

  /** Of the slowest backbone, since a swap does not start anew. */
  private BatchTime batchTime(int images) {
    return backbones.stream()
        .map(each -> batchTime(each, images))
        .reduce(BatchTime::or)
        .orElseThrow()
        .inService(times.slowest());
  }

  private BatchTime batchTime(Backbone backbone, int images) {
    List<Pixels> batch = Collections.nCopies(images, blank(backbone.decoder()));
    return BatchTime.measure(() -> backbone.embed(batch), nanoClock);
  }

  private static Pixels blank(ImageDecoder decoder) {
    try {
      return decoder.decode(BlankImage.png());
    } catch (RejectedException e) {
      throw new IllegalStateException("the decoder refuses a blank PNG: " + e.getMessage(), e);
    }
  }
}
