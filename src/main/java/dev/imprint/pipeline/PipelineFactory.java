package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Backbone;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import dev.imprint.model.ServingModel;
import dev.imprint.pipeline.ImageClassifier.Outcome;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.tensorflow.SmallJpeg;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
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
 * @param slowestBatchNanos of all that went through so far, with decoding; kept here
 */
record PipelineFactory(
    PipelineConfig config,
    Clients clients,
    List<Backbone> backbones,
    Supplier<ServingModel> models,
    ExecutorService decoding,
    PictureReader pictures,
    AtomicLong slowestBatchNanos) {
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
    Duration batchTime =
        Duration.ofNanos(Math.max(batchNanos(serving.maxBatch()), slowestBatchNanos.get()));
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
            facts.partitions(),
            facts.maxRecordBytes() + REQUEST_FRAME_BYTES);
    if (settings.isTooShortFor(batchTime)) {
      throw new IllegalStateException(
          "a batch takes %d ms; with %d partitions its transaction is longer than brokers allow:"
                  .formatted(batchTime.toMillis(), facts.partitions())
              + " lower serving.max_batch or images.max_pixels");
    }
    LOG.info(
        "{} images take {} ms; {} partitions; transaction timeout {} ms",
        serving.maxBatch(),
        batchTime.toMillis(),
        facts.partitions(),
        settings.transactionTimeout().toMillis());
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
        decision(facts.learningLimits(), metrics, clock));
    return new KafkaStreams(topology, new StreamsConfig(settings.properties(clients)));
  }

  private FeedbackDecision decision(
      LearningRecords.Limits limits, PipelineMetrics metrics, Clock clock) {
    int maxBytes = config.learning().maxPictureBytes();
    var records = new LearningRecords(limits, maxBytes, SmallJpeg::of, clock);
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
    long start = System.nanoTime();
    List<Outcome> outcomes = classifier.classify(batch);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    slowestBatchNanos.accumulateAndGet(time.toNanos(), Math::max);
    if (settings.isTooShortFor(time)) {
      throw new IllegalStateException(
          "a batch took %d ms, too long for a transaction timeout of %d ms: a longer one is set"
              .formatted(time.toMillis(), settings.transactionTimeout().toMillis()));
    }
    return outcomes;
  }

  /** Of the slowest backbone, since a swap does not start anew. */
  private long batchNanos(int images) {
    return backbones.stream().mapToLong(each -> batchNanos(each, images)).max().orElse(0);
  }

  /** Runs a full batch of blank images twice, for the time of one on a warm model. */
  private static long batchNanos(Backbone backbone, int images) {
    List<Pixels> batch = Collections.nCopies(images, blank(backbone.decoder()));
    backbone.embed(batch);
    long start = System.nanoTime();
    backbone.embed(batch);
    return System.nanoTime() - start;
  }

  private static Pixels blank(ImageDecoder decoder) {
    try {
      return decoder.decode(BlankImage.png());
    } catch (RejectedException e) {
      throw new IllegalStateException("the decoder refuses a blank PNG: " + e.getMessage(), e);
    }
  }
}
