package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.StreamsConfig;

/** Shared by both parts when they are created. Thread-safe. */
record PipelineContext(
    PipelineConfig config, Clients clients, PipelineMetrics metrics, Clock clock) {

  /** Headroom over the topics' limits, so that the producer is never stricter than they are. */
  private static final int REQUEST_FRAME_BYTES = 1024;

  /**
   * Facts about the topics, once the part may join its group.
   *
   * @throws RuntimeException if Kafka does not answer, or an instance of an older release is
   *     running
   */
  synchronized TopicFacts facts() {
    try (Admin admin = clients.admin()) {
      new GroupHandover(config.topics(), config.applicationId()).run(admin);
      return TopicFacts.read(admin, config.topics());
    }
  }

  /**
   * @param maxRecordBytes largest record that is written
   * @param fetchBytes of a partition at once, or one record if that is larger
   */
  StreamsConfig streams(
      PipelinePart part, Duration transactionTimeout, int maxRecordBytes, int fetchBytes) {
    var settings =
        new StreamsSettings(
            part, config, transactionTimeout, maxRecordBytes + REQUEST_FRAME_BYTES, fetchBytes);
    return new StreamsConfig(settings.properties(clients));
  }
}
