package dev.imprint.page.teach;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.web.api.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the page sends, and gives up after a few seconds: a person waits. Connects at the
 * first record. Thread-safe; the creator must close it.
 */
public final class PageProducer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Clients clients;
  private final int maxImageBytes;
  private @Nullable Producer<byte[], byte[]> producer; // guarded by this
  private boolean closed; // guarded by this

  public PageProducer(Clients clients, int maxImageBytes) {
    this.clients = clients;
    this.maxImageBytes = maxImageBytes;
  }

  /** Fails at once, or later in what it returns. */
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
      its = clients.promptProducer(maxImageBytes + Topics.RECORD_OVERHEAD_BYTES);
      producer = its;
    }
    return its;
  }

  /**
   * Waits until Kafka has acknowledged a record.
   *
   * @throws ProblemException if it has not
   */
  static RecordMetadata acknowledged(Future<RecordMetadata> sent) throws ProblemException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw ProblemException.unavailable(
          "Kafka has not taken it: %s; try again".formatted(cause.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ProblemException.unavailable("the service is stopping");
    }
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
