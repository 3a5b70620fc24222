package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Classifies pictures for callers who wait, rather than from the topic: with the same decoder,
 * limits and model, in batches of whatever is waiting. There is a single thread for it, which
 * exists only while there is work. While the pipeline is classifying, it rests after each batch for
 * as long as the batch took, so callers get at most half of what one of the pipeline's threads
 * gets. Thread-safe; the creator must close it.
 */
public final class DirectClassifier implements AutoCloseable {
  static final int MOST_WAITING = 64;

  private static final int MOST_AT_ONCE = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final long IDLE_SECONDS = 30;

  /** The pictures have no ids, and need none. */
  private static final byte[] KEY = "http".getBytes(UTF_8);

  private final ImageClassifier classifier;
  private final int mostAtOnce;
  private final LongConsumer rest;
  private final PipelineMetrics metrics;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          DirectClassifier::thread,
          DirectClassifier::beyond);

  @SuppressWarnings("ArrayRecordComponent") // never compared; up to 8 MiB
  private record Waiting(byte[] picture, CompletableFuture<Prediction> answer) {
    Input input() {
      return new Input(new Record<>(KEY, picture, 0), "", 0, 0);
    }

    void complete(Classification result) {
      if (result instanceof Classification.Predicted predicted) {
        answer.complete(predicted.prediction());
      } else if (result instanceof Classification.Rejected rejected) {
        answer.completeExceptionally(new RejectedException(rejected.reason(), rejected.message()));
      }
    }
  }

  /**
   * @param maxBatch of the pipeline
   * @param rest lets the pipeline go first, for at most the given number of nanoseconds
   */
  DirectClassifier(
      ImageClassifier classifier, int maxBatch, LongConsumer rest, PipelineMetrics metrics) {
    this.classifier = classifier;
    this.mostAtOnce = Math.min(MOST_AT_ONCE, maxBatch);
    this.rest = rest;
    this.metrics = metrics;
    thread.allowCoreThreadTimeOut(true);
  }

  /** A batch that is due already takes whatever is waiting by then. */
  private static void beyond(Runnable task, ThreadPoolExecutor thread) {
    if (thread.isShutdown()) {
      throw new RejectedExecutionException("the service is stopping");
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "imprint-inference");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Classifies a picture. Of the prediction, only label, confidence, top and version mean anything,
   * since there is no record.
   *
   * @param picture the bytes of an image file; not copied
   * @return fails with a {@link RejectedException} if the picture is at fault, a {@link
   *     RejectedExecutionException} if too many are waiting, a {@link
   *     java.util.concurrent.TimeoutException} if it has waited too long, and with a
   *     RuntimeException if the model is broken
   */
  public CompletableFuture<Prediction> classify(byte[] picture) {
    long begin = System.nanoTime();
    Waiting one = new Waiting(picture, new CompletableFuture<>());
    CompletableFuture<Prediction> counted =
        one.answer()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (prediction, failure) -> {
                  waiting.remove(one); // its bytes, if it has waited too long
                  count(prediction, failure, begin);
                });
    try {
      if (!waiting.offer(one)) {
        throw new RejectedExecutionException(MOST_WAITING + " pictures are waiting already");
      }
      thread.execute(this::batches);
    } catch (RejectedExecutionException e) {
      one.answer().completeExceptionally(e);
    }
    return counted;
  }

  private void count(@Nullable Prediction prediction, @Nullable Throwable failure, long begin) {
    String outcome;
    if (prediction != null) {
      outcome = prediction.label() == null ? "unlabelled" : "predicted";
    } else if (failure instanceof RejectedException rejected) {
      outcome = rejected.reason().tag();
    } else {
      outcome = PipelineMetrics.UNANSWERED;
    }
    metrics.answered(outcome, Duration.ofNanos(System.nanoTime() - begin));
  }

  private void batch() {
    List<Waiting> batch = new ArrayList<>();
    waiting.drainTo(batch, mostAtOnce);
    batch.removeIf(one -> one.answer().isDone()); // nobody waits for it any more
    if (batch.isEmpty()) {
      return;
    }
    long begin = System.nanoTime();
    try {
      List<Classification> results =
          classifier.classify(batch.stream().map(Waiting::input).toList());
      for (int i = 0; i < results.size(); i++) {
        batch.get(i).complete(results.get(i));
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(one -> one.answer().completeExceptionally(e));
      if (e instanceof Error error) {
        throw error;
      }
    }
    rest.accept(System.nanoTime() - begin);
  }

  private void batches() {
    while (!waiting.isEmpty() && !thread.isShutdown()) {
      batch();
    }
  }

  /** Ends the batch that is running, and refuses whatever is waiting. */
  @Override
  public void close() {
    thread.shutdownNow();
    List<Waiting> left = new ArrayList<>();
    waiting.drainTo(left);
    left.forEach(
        one ->
            one.answer()
                .completeExceptionally(new RejectedExecutionException("the service is stopping")));
    try {
      var unused = thread.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
