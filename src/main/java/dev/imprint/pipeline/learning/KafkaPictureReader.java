package dev.imprint.pipeline.learning;

import dev.imprint.event.ClientSettingsException;
import dev.imprint.event.Clients;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.RecordReader;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.RejectedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures back by their claims. Thread-safe; serves one thread at a time. The creator must
 * close it, after those threads have ended; a later read connects again.
 */
public final class KafkaPictureReader implements PictureReader, AutoCloseable {
  private final String topic;
  private final RecordReader records;

  /** Connects only when the first picture is requested. */
  public KafkaPictureReader(Clients clients, String topic) {
    this.topic = topic;
    this.records = new RecordReader(clients, topic);
  }

  @Override
  public @Nullable IncomingImage read(Claim claim) {
    if (!claim.topic().equals(topic)) {
      return null;
    }
    try {
      ConsumerRecord<byte[], byte[]> record = records.read(claim.partition(), claim.offset());
      return record == null ? null : image(record, claim);
    } catch (TimeoutException | ClientSettingsException e) {
      // Not as Kafka's own exception: Kafka Streams would discard the task's state.
      throw new IllegalStateException("cannot read picture %s back: %s".formatted(claim, e), e);
    }
  }

  private static @Nullable IncomingImage image(ConsumerRecord<byte[], byte[]> record, Claim claim) {
    try {
      IncomingImage image = IncomingImage.of(record);
      return Sha256.hex(image.picture()).equals(claim.sha256()) ? image : null;
    } catch (RejectedException e) {
      return null; // not the record that was predicted
    }
  }

  @Override
  public void close() {
    records.close();
  }
}
