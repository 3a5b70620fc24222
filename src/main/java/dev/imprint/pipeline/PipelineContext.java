package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** What both parts are made with. Safe for use by several threads. */
record PipelineContext(
    PipelineConfig config, Clients clients, PipelineMetrics metrics, Clock clock) {

  /** Room above the topics' limits, so that the producer is never stricter than they are. */
  private static final int REQUEST_FRAME_BYTES = 1024;

  /**
   * What is found of the topics, once the part may join its group.
   *
   * @throws RuntimeException if Kafka does not answer, or an instance of an older release runs
   */
  synchronized TopicFacts facts() {
    try (Admin admin = clients.admin()) {
      new GroupHandover(config.topics(), config.applicationId()).run(admin);
      return TopicFacts.read(admin, config.topics());
    }
  }

  /** An instance that is not started. */
  KafkaStreams streams(
      PipelinePart part, Topology topology, Duration transactionTimeout, int maxRecordBytes) {
    var settings =
        new StreamsSettings(part, config, transactionTimeout, maxRecordBytes + REQUEST_FRAME_BYTES);
    return new KafkaStreams(topology, new StreamsConfig(settings.properties(clients)));
  }
}
