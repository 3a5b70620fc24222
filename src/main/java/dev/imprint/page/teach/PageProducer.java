package dev.imprint.page.teach;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the page sends. It gives pictures up after a few seconds, since a person waits; of
 * labels, which browsers send again, it gives up none that it has accepted. Connects at the first
 * record. Thread-safe; the creator must close it.
 */
public final class PageProducer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MAX_LABEL_BYTES = 64 * 1024;

  private static final String NO_ANSWER = "Kafka does not answer";

  private final Duration patience;
  private final Lazily pictures;
  private final Lazily labels;

  public PageProducer(Clients clients, int maxImageBytes) {
    this(clients, maxImageBytes, PATIENCE);
  }

  /**
   * @param patience of whoever waits for Kafka, from sending on
   */
  PageProducer(Clients clients, int maxImageBytes, Duration patience) {
    this.patience = patience;
    pictures =
        new Lazily(() -> clients.promptProducer(maxImageBytes + Topics.RECORD_OVERHEAD_BYTES));
    labels = new Lazily(() -> clients.persistentProducer(MAX_LABEL_BYTES));
  }

  /** Fails at once, or later in what it returns. */
  Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return pictures.send(record);
  }

  /**
   * The same, and tries for as long as the service runs, unless it fails at once. Whoever waits in
   * vain asks what this returned again, rather than send the record again.
   */
  Future<RecordMetadata> sendPersistently(ProducerRecord<byte[], byte[]> record) {
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

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      try {
        return open().send(record);
      } catch (KafkaException e) { // such as no metadata in time
        return CompletableFuture.failedFuture(e);
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

  /** The end of the time that somebody waits, by {@link System#nanoTime}. */
  long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  /**
   * Waits until Kafka has acknowledged a record.
   *
   * @throws ProblemException if it has not
   */
  static RecordMetadata acknowledged(Future<RecordMetadata> sent, long deadline)
      throws ProblemException {
    try {
      return sent.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw ProblemException.unavailable(NO_ANSWER);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      // Kafka's own words are about metadata and batches.
      boolean late = cause instanceof org.apache.kafka.common.errors.TimeoutException;
      throw ProblemException.unavailable(
          late ? NO_ANSWER : "Kafka has not taken it: " + cause.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("the service is stopping");
    }
  }

  @Override
  public void close() {
    labels.close();
    pictures.close();
  }
}
