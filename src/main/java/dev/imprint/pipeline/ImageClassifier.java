package dev.imprint.pipeline;

import static java.time.temporal.ChronoUnit.MILLIS;

import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Role;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.BlankImage;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.head.Head;
import dev.imprint.model.head.Score;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.RecentEmbeddings.Embedded;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelineMetrics.Stage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a batch of records into predictions and rejections: read, decode (in parallel), embed,
 * classify. Thread-safe; owns none of its dependencies.
 *
 * <p>Distinguishes bad input from a broken model. An image that is bad itself is rejected. A
 * failing batch is retried image by image; images that fail again are rejected if the model accepts
 * a blank image. If it does not, the model is broken and the exception is thrown, so that nothing
 * is lost.
 */
final class ImageClassifier {
  /** The result for one record. */
  sealed interface Classification {
    /** The image was classified. */
    record Predicted(Prediction prediction, Embedded embedded) implements Classification {}

    /** The image was not classified, for this reason. */
    record Rejected(Rejection reason, String message) implements Classification, Read {}
  }

  /** A record before the model has seen it. */
  private sealed interface Read permits Decoded, Classification.Rejected {}

  /** An image's pixels, and the origin that its prediction will state. */
  private record Decoded(IncomingImage image, Claim claim, Instant receivedAt, Pixels pixels)
      implements Read {}

  private static final Logger LOG = LoggerFactory.getLogger(ImageClassifier.class);

  private final Supplier<Lease> models;
  private final ExecutorService decoding;
  private final ServingConfig config;
  private final PipelineMetrics metrics;
  private final Clock clock;
  private final SamplingConfig sampling;

  /**
   * @param models lends the serving model, for one batch at a time
   * @param decoding executor for decoding a batch's images
   */
  ImageClassifier(
      Supplier<Lease> models,
      ExecutorService decoding,
      ServingConfig config,
      PipelineMetrics metrics,
      Clock clock,
      SamplingConfig sampling) {
    this.models = models;
    this.decoding = decoding;
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
    this.sampling = sampling;
  }

  /**
   * @return one outcome for each record, in order
   * @throws RuntimeException if the model is broken
   */
  List<Classification> classify(List<Input> batch) {
    metrics.batch(batch.size());
    // Borrowed before decoding, since each backbone takes pixels from its own decoder.
    try (Lease lease = models.get()) {
      return classify(batch, lease.serving());
    }
  }

  private List<Classification> classify(List<Input> batch, ServingModel model) {
    ImageDecoder decoder = new ProbedDecoder(model.backbone().decoder());
    List<Read> read = timed(Stage.DECODE, () -> readAll(batch, decoder));
    List<Decoded> decoded =
        read.stream().filter(Decoded.class::isInstance).map(Decoded.class::cast).toList();
    decoded.stream().filter(image -> image.pixels().recovered()).forEach(i -> metrics.recovered());
    Iterator<Classification> predicted = predict(model, decoded).iterator();
    List<Classification> outcomes = new ArrayList<>(batch.size());
    for (Read one : read) {
      outcomes.add(one instanceof Classification.Rejected rejected ? rejected : predicted.next());
    }
    return outcomes;
  }

  private List<Read> readAll(List<Input> batch, ImageDecoder decoder) {
    if (batch.size() == 1) {
      return List.of(read(batch.get(0), decoder));
    }
    List<Callable<Read>> tasks = new ArrayList<>(batch.size());
    for (Input input : batch) {
      tasks.add(() -> read(input, decoder));
    }
    try {
      List<Read> read = new ArrayList<>(batch.size());
      for (Future<Read> future : decoding.invokeAll(tasks)) {
        read.add(future.get());
      }
      return read;
    } catch (InterruptedException e) {
      throw new InterruptException(e); // keeps the thread's interrupted status
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("the decoder failed: " + e.getCause(), e.getCause());
    }
  }

  private static Read read(Input input, ImageDecoder decoder) {
    try {
      IncomingImage image =
          IncomingImage.read(
              input.record().key(),
              input.record().value(),
              IncomingImage.idOfPlace(input.topic(), input.partition(), input.offset()));
      Pixels pixels = decoder.decode(image.picture());
      Claim claim =
          new Claim(input.topic(), input.partition(), input.offset(), Sha256.hex(image.picture()));
      Instant receivedAt = Instant.ofEpochMilli(input.record().timestamp());
      return new Decoded(image, claim, receivedAt, pixels);
    } catch (RejectedException e) {
      return new Classification.Rejected(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private List<Classification> predict(ServingModel model, List<Decoded> images) {
    if (images.isEmpty()) {
      return List.of();
    }
    try {
      return answers(model, images);
    } catch (RuntimeException batchFailure) {
      return oneByOne(model, images, batchFailure);
    }
  }

  private List<Classification> oneByOne(
      ServingModel model, List<Decoded> images, RuntimeException batchFailure) {
    List<Classification> outcomes = new ArrayList<>(images.size());
    int failed = 0;
    for (Decoded image : images) {
      try {
        outcomes.addAll(answers(model, List.of(image)));
      } catch (RuntimeException e) {
        failed++;
        outcomes.add(
            new Classification.Rejected(
                Rejection.MODEL_FAILED, "the model failed on this image: " + e));
      }
    }
    if (failed > 0 && isBroken(model)) {
      throw batchFailure;
    }
    LOG.warn(
        "A batch of {} images failed and was retried one by one: {} failed again and become dead"
            + " letters",
        images.size(),
        failed,
        batchFailure);
    return outcomes;
  }

  /** Whether the model also fails on a blank image: then the pictures are not the cause. */
  private boolean isBroken(ServingModel model) {
    try {
      Backbone backbone = model.backbone();
      float[][] embeddings = backbone.embed(List.of(backbone.decoder().decode(BlankImage.png())));
      Head head = model.head();
      if (head != null) {
        head.probabilities(embeddings);
      }
      return false;
    } catch (RuntimeException | RejectedException e) {
      return true;
    }
  }

  private List<Classification> answers(ServingModel model, List<Decoded> images) {
    List<Pixels> pixels = images.stream().map(Decoded::pixels).toList();
    Backbone backbone = model.backbone();
    float[][] embeddings = timed(Stage.BACKBONE, () -> backbone.embed(pixels));
    return timed(
        Stage.HEAD,
        () -> {
          List<List<Score>> best = best(model.head(), embeddings);
          List<Classification> outcomes = new ArrayList<>(images.size());
          for (int i = 0; i < embeddings.length; i++) {
            Embedding embedding = Embedding.of(embeddings[i], backbone.layers());
            outcomes.add(
                new Classification.Predicted(
                    answer(model, images.get(i), best.get(i)),
                    new Embedded(backbone.id(), embedding)));
          }
          return outcomes;
        });
  }

  /** The best labels for each image; none without a head. */
  private List<List<Score>> best(@Nullable Head head, float[][] embeddings) {
    if (head == null) {
      return Collections.nCopies(embeddings.length, List.of());
    }
    return Arrays.stream(head.probabilities(embeddings))
        .map(probabilities -> head.top(probabilities, config.top()))
        .toList();
  }

  private Prediction answer(ServingModel model, Decoded image, List<Score> top) {
    boolean confident = !top.isEmpty() && top.get(0).confidence() >= config.threshold();
    return new Prediction(
        image.image().id(),
        confident ? top.get(0).label() : null,
        top.isEmpty() ? 0 : top.get(0).confidence(),
        top,
        model.version(),
        Role.SERVING,
        image.claim(),
        image.image().group(),
        image.receivedAt(),
        clock.instant().truncatedTo(MILLIS),
        sampling.asks(image.image().id(), image.claim().sha256()),
        model.unlearned());
  }

  private <T> T timed(Stage stage, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    metrics.stage(stage, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }
}
