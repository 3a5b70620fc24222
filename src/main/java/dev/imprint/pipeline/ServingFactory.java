package dev.imprint.pipeline;

import dev.imprint.event.PredictionCodec;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.BlankImage;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.ServingConfig.WithoutHead;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the Kafka Streams instances for serving, with transactions as long as their batches need.
 *
 * @param backbones all that a model may use
 * @param models lends the serving model
 * @param embeddings receives those of the pictures that are classified
 * @param decoding executor for decoding a batch's images
 * @param times of the batches of all runs
 * @param nanoClock for measuring them
 */
record ServingFactory(
    PipelineContext context,
    List<Backbone> backbones,
    Supplier<Lease> models,
    RecentEmbeddings embeddings,
    ExecutorService decoding,
    BatchTimes times,
    LongSupplier nanoClock)
    implements StreamsFactory {
  private static final Logger LOG = LoggerFactory.getLogger(ServingFactory.class);

  @Override
  public PipelinePart part() {
    return PipelinePart.SERVING;
  }

  @Override
  public @Nullable String held() {
    return serving().withoutHead() == WithoutHead.HOLD && !hasHead()
        ? "holding images until a version serves (serving.without_head): send labels with their"
            + " claims, or set serving.head"
        : null;
  }

  private boolean hasHead() {
    try (Lease lease = models.get()) {
      return lease.serving().head() != null;
    }
  }

  @Override
  public @Nullable String hangs() {
    Duration batch = times.longestUnderWay();
    return batch.compareTo(BatchTransactions.MAX_TRANSACTION_TIMEOUT) > 0
        ? "the model has been hanging for %d s".formatted(batch.toSeconds())
        : null;
  }

  private ServingConfig serving() {
    return context.config().serving();
  }

  /**
   * @param worked runs after each batch that produced a prediction
   * @param failed runs after each batch that failed in the model or the decoder
   */
  @Override
  public KafkaStreams create(Runnable worked, Runnable failed) {
    ServingConfig serving = serving();
    BatchTransactions transactions = new BatchTransactions(serving, batchTime(serving.maxBatch()));
    if (transactions.isBeyondBrokers()) {
      times.forget(); // they may be from a bad time: the next attempt measures again
      throw new IllegalStateException(
          "a batch of %d takes %d ms, so its transaction would be longer than brokers allow:"
                  .formatted(serving.maxBatch(), transactions.batch().longest().toMillis())
              + " lower serving.max_batch or images.max_pixels");
    }
    log(transactions);
    TopicFacts facts = context.facts();
    var classifier =
        new ImageClassifier(
            models,
            decoding,
            serving,
            context.metrics(),
            context.clock(),
            context.config().sampling());
    var codec = PredictionCodec.valueOf(context.config().predictions().format().name());
    var outgoing = new OutgoingRecords(facts.limits(), codec, context.metrics(), context.clock());
    ThreadLocal<ThreadBatch> batches =
        ServingTopology.batches(
            serving,
            batch -> watched(() -> timed(classifier, batch, transactions), failed),
            outgoing,
            worked);
    return new KafkaStreams(
        ServingTopology.build(context.config().topics(), batches),
        context.streams(
            part(),
            transactions.transactionTimeout(),
            facts.maxRecordBytes(),
            facts.fetchBytes(serving.maxBatch(), Runtime.getRuntime().maxMemory())),
        new StreamsInternals.PatientClients(atMost -> batches.get().patience(atMost)));
  }

  private static void log(BatchTransactions transactions) {
    long batch = transactions.batch().longest().toMillis();
    Duration timeout = transactions.transactionTimeout();
    int images = transactions.serving().maxBatch();
    LOG.info(
        "A batch of {} images takes {} ms; the transaction timeout is {} ms",
        images,
        batch,
        timeout.toMillis());
    if (transactions.isExactlyOnce()
        && timeout.compareTo(BatchTransactions.ORDINARY_TRANSACTION_TIMEOUT) > 0) {
      LOG.warn(
          "If an instance is killed, readers of predictions may wait {} s, because a batch takes"
              + " {} ms here: lower serving.max_batch (now {}) to shorten that",
          timeout.toSeconds(),
          batch,
          images);
    }
  }

  private static List<Classification> watched(
      Supplier<List<Classification>> batch, Runnable failed) {
    boolean done = false;
    try {
      List<Classification> outcomes = batch.get();
      done = true;
      return outcomes;
    } finally {
      if (!done) {
        failed.run();
      }
    }
  }

  /**
   * Large pictures take longer than the blank ones that were measured. Without this check, the
   * transaction would expire, and Kafka Streams would read the same batch again and again without
   * reporting it.
   */
  private List<Classification> timed(
      ImageClassifier classifier, List<Input> batch, BatchTransactions transactions) {
    List<Classification> outcomes = new ArrayList<>(batch.size());
    Duration time = times.time(() -> outcomes.addAll(classifier.classify(batch)));
    if (transactions.isTooShortFor(time)) {
      throw new IllegalStateException(
          "a batch took %d ms, too long for a transaction timeout of %d ms: setting a longer one"
              .formatted(time.toMillis(), transactions.transactionTimeout().toMillis()));
    }
    embeddings.add(outcomes);
    return outcomes;
  }

  /** For the slowest backbone, since a swap does not restart Kafka Streams. */
  private BatchTime batchTime(int images) {
    return backbones.stream()
        .map(each -> batchTime(each, images))
        .reduce(BatchTime::or)
        .orElseThrow()
        .inService(times.slowest());
  }

  /** Measures one pass: a batch takes as many as it needs. */
  private BatchTime batchTime(Backbone backbone, int images) {
    int measured = Math.min(images, backbone.mostAPass());
    List<Pixels> batch = Collections.nCopies(measured, blank(backbone.decoder()));
    return BatchTime.measure(
            () -> backbone.embed(batch),
            nanoClock,
            time -> new BatchTransactions(serving(), time.scaled(measured, images)).isShortest())
        .scaled(measured, images);
  }

  private static Pixels blank(ImageDecoder decoder) {
    try {
      return decoder.decode(BlankImage.png());
    } catch (RejectedException e) {
      throw new IllegalStateException("the decoder refuses a blank PNG: " + e.getMessage(), e);
    }
  }
}
