package dev.imprint.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.labels.LabelledSet;
import dev.imprint.leader.trigger.FineTuneTrigger;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.pipeline.part.PipelinePart;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.tls.PinnedCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The status of a service. The JSON's fields are fixed.
 *
 * @param serving null while nothing has been rolled out
 * @param labels number of pictures that are learned from, by label
 * @param imagesBehind number of records that the service has not committed yet; likewise {@code
 *     feedbackBehind}
 * @param lastVerdict the gate's verdict on the version trained last; null if there is none
 * @param nextTraining when the service trains a head next, for people; as the settings here say
 * @param health for people
 * @param nextFineTuning likewise for the network
 */
record ServiceStatus(
    @Nullable Serving serving,
    Map<String, Integer> labels,
    long imagesBehind,
    long feedbackBehind,
    @Nullable LastVerdict lastVerdict,
    String nextTraining,
    String health,
    String nextFineTuning) {
  private static final Duration HTTP_PATIENCE = Duration.ofSeconds(3);

  record Serving(String version, Instant since, String why, String by) {}

  record LastVerdict(String version, boolean promoted, String reason, Instant at) {}

  static ServiceStatus read(ImprintConfig config, Admin admin)
      throws InterruptedException, ExecutionException {
    ModelStore store = ModelsOptions.store(config);
    Models models = store.models();
    Rollout rollout = models.rollout();
    ModelVersion newest = models.newestTrained();
    try (Consumer<byte[], byte[]> consumer = KafkaOptions.clients(config).consumer(Map.of())) {
      LabelledSet labels =
          LabelledSet.read(store.clients(), config.topics(), models.labelChanges())
              .learnable(models.labelChanges());
      return new ServiceStatus(
          rollout == null
              ? null
              : new Serving(rollout.serving(), rollout.at(), rollout.why(), rollout.by()),
          counts(labels),
          behind(consumer, config.topics().images(), done(config, PipelinePart.SERVING, admin)),
          behind(consumer, config.topics().feedback(), done(config, PipelinePart.LEARNING, admin)),
          newest == null
              ? null
              : new LastVerdict(
                  newest.version(),
                  newest.judgement().promoted(),
                  newest.judgement().reason(),
                  newest.createdAt()),
          nextTraining(config, store, models, labels),
          health(config),
          FineTuneTrigger.of(config.training())
              .next(FineTuneTrigger.Facts.of(store, models, labels)));
    }
  }

  private static String nextTraining(
      ImprintConfig config, ModelStore store, Models models, LabelledSet labels) {
    boolean initial = !LabelsOptions.initial(config).isEmpty();
    return Trigger.of(config.training(), config.serving().threshold())
        .next(Trigger.Facts.of(store, models, labels, initial));
  }

  private static Map<String, Integer> counts(LabelledSet labels) {
    Map<String, Integer> counts = new TreeMap<>();
    labels.byLabel().forEach((label, pictures) -> counts.put(label, pictures.size()));
    return counts;
  }

  private static Map<TopicPartition, OffsetAndMetadata> done(
      ImprintConfig config, PipelinePart part, Admin admin)
      throws InterruptedException, ExecutionException {
    return admin
        .listConsumerGroupOffsets(part.applicationId(config.applicationId()))
        .partitionsToOffsetAndMetadata()
        .get();
  }

  private static long behind(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Map<TopicPartition, OffsetAndMetadata> done) {
    List<TopicPartition> partitions = Clients.partitions(consumer, topic);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    long behind = 0;
    for (Map.Entry<TopicPartition, Long> end : consumer.endOffsets(partitions).entrySet()) {
      OffsetAndMetadata next = done.get(end.getKey());
      long from = next == null ? begins.getOrDefault(end.getKey(), 0L) : next.offset();
      behind += Math.max(0, end.getValue() - from);
    }
    return behind;
  }

  private static String health(ImprintConfig config) throws InterruptedException {
    HttpConfig http = config.http();
    String host = http.host().equals("0.0.0.0") ? "127.0.0.1" : http.host();
    URI address = URI.create("%s://%s:%d/health".formatted(http.scheme(), host, http.port()));
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(HTTP_PATIENCE);
    if (http.tls().hasCertificate()) {
      builder.sslContext(PinnedCertificate.context(http.tls(), Instant.now()));
    }
    HttpClient client = builder.build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(HTTP_PATIENCE).build();
    try {
      byte[] body = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
      return words(Json.decode(body, JsonNode.class));
    } catch (IOException e) {
      return "no answer from %s: the service is not running on this machine, or uses another port"
          .formatted(address);
    }
  }

  private static String words(JsonNode health) {
    List<String> parts = new ArrayList<>(List.of(health.path("status").asText("unknown")));
    health
        .path("parts")
        .fields()
        .forEachRemaining(
            part -> {
              if (part.getValue().hasNonNull("cause")) {
                parts.add(part.getKey() + ": " + part.getValue().get("cause").asText());
              }
            });
    return String.join("; ", parts);
  }
}
