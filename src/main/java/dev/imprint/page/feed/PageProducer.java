package dev.imprint.page.feed;

import dev.imprint.event.ClientSettingsException;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the page sends. It gives pictures up after a few seconds, since a person waits, and
 * labels, which browsers send again, ten minutes after it has accepted them. Connects at the first
 * record. Thread-safe; the creator must close it.
 */
public final class PageProducer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MAX_LABEL_BYTES = 64 * 1024;

  /** For those before, of which each may wait for Kafka's metadata. */
  private static final Duration TURN = Duration.ofSeconds(3);

  private static final String NO_ANSWER = "Kafka does not answer";

  private final Duration patience;
  private final Turns turns = new Turns("imprint-sending", TURN, NO_ANSWER);
  private final Lazily pictures;
  private final Lazily labels;

  public PageProducer(Clients clients, int maxImageBytes) {
    this(clients, maxImageBytes, PATIENCE);
  }

  /**
   * @param patience of whoever waits for Kafka, from sending on
   */
  public PageProducer(Clients clients, int maxImageBytes, Duration patience) {
    this.patience = patience;
    pictures =
        new Lazily(() -> clients.promptProducer(maxImageBytes + Topics.RECORD_OVERHEAD_BYTES));
    labels = new Lazily(() -> clients.persistentProducer(MAX_LABEL_BYTES));
  }

  /** Carries out what sends, call by call, since {@code send} may wait for Kafka's metadata. */
  public Answer.Later inTurn(Turns.Work sending) {
    return turns.take(sending);
  }

  /**
   * Called in turn.
   *
   * @return where it is, once Kafka has it
   */
  public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return pictures.send(record);
  }

  /**
   * The same, and tries for ten minutes, unless it fails at once. Whoever waits in vain asks what
   * this returned again, rather than send the record again.
   */
  public CompletableFuture<RecordMetadata> sendPersistently(ProducerRecord<byte[], byte[]> record) {
    return labels.send(record);
  }

  /** A producer that is opened when it is needed. */
  private static final class Lazily implements AutoCloseable {
    private final Supplier<Producer<byte[], byte[]>> opening;
    private @Nullable Producer<byte[], byte[]> producer; // guarded by this
    private boolean closed; // guarded by this

    Lazily(Supplier<Producer<byte[], byte[]>> opening) {
      this.opening = opening;
    }

    CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
      try {
        open().send(record, (at, failure) -> settle(sent, at, failure));
      } catch (KafkaException e) { // such as no metadata, or no such host
        sent.completeExceptionally(e);
      }
      return sent;
    }

    private static void settle(
        CompletableFuture<RecordMetadata> sent, RecordMetadata at, @Nullable Exception failure) {
      if (failure == null) {
        sent.complete(at);
      } else {
        sent.completeExceptionally(failure);
      }
    }

    private synchronized Producer<byte[], byte[]> open() {
      if (closed) {
        throw new KafkaException("the service is stopping");
      }
      Producer<byte[], byte[]> its = producer;
      if (its == null) {
        its = opening.get();
        producer = its;
      }
      return its;
    }

    @Override
    public synchronized void close() {
      closed = true;
      Producer<byte[], byte[]> its = producer;
      producer = null;
      if (its != null) {
        its.close(CLOSING);
      }
    }
  }

  /**
   * The answer once Kafka has acknowledged what was sent; fails with a {@link ProblemException} if
   * it does not do so in time.
   */
  public <T> Answer.Later acknowledged(
      CompletableFuture<T> sent, Function<? super T, Answer> answer) {
    return new Answer.Later(
        sent.copy() // others may wait for it for longer
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .handle(
                (done, failure) -> {
                  if (failure != null) {
                    throw new CompletionException(problem(failure));
                  }
                  return answer.apply(done);
                }));
  }

  /**
   * Whether a record is at least on its way.
   *
   * @throws ProblemException if it has failed at once
   */
  public static void requireAccepted(CompletableFuture<RecordMetadata> sent)
      throws ProblemException {
    if (sent.isCompletedExceptionally()) {
      try {
        sent.join();
      } catch (CompletionException e) {
        throw problem(e);
      }
    }
  }

  private static ProblemException problem(Throwable failure) {
    Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
    Throwable cause = wrapped == null ? failure : wrapped;
    // Kafka's own words are about metadata and batches.
    boolean late =
        cause instanceof TimeoutException
            || cause instanceof ClientSettingsException // no broker's name can be resolved
            || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    return ProblemException.unavailable(
        late ? NO_ANSWER : "Kafka has not taken it: " + cause.getMessage());
  }

  @Override
  public void close() {
    turns.close();
    labels.close();
    pictures.close();
  }
}
