package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.service.Service;
import dev.imprint.buffer.Example;
import dev.imprint.event.Clients;
import dev.imprint.event.TopicScan;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.head.DenseHead;
import dev.imprint.rollout.ModelStore;
import dev.imprint.training.evaluation.Evaluation;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A service with its own broker in this process, and a person at its page who knows what each
 * photograph shows. It learns only on command. Not thread-safe; closing stops the service.
 */
final class TeachingBenchmarkService implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Map<String, ?> SETTINGS =
      Map.of(
          "http.port",
          0,
          "training.new_labels",
          0,
          "training.max_wait_minutes",
          0,
          "buffer.unlabelled",
          0, // they arrive over minutes, and a person is slower than this benchmark
          "runs.keep",
          0);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Service service;
  private final Clients clients;
  private final ModelStore store;
  private final Commands commands;
  private final Map<String, JsonNode> claims = new HashMap<>();
  private int asked;
  private int right;

  private TeachingBenchmarkService(Service service) {
    this.service = service;
    this.clients = new Clients(service.config().kafka());
    this.store = new ModelStore(clients, service.config().topics());
    this.commands = Commands.open(clients, service.config().topics());
  }

  static TeachingBenchmarkService start(Path data) throws Exception {
    Map<String, Object> settings = new HashMap<>(SETTINGS);
    settings.put("data", data.toString());
    Service service = Service.startEmbedded(new ConfigReader(name -> null).read(null, settings), 0);
    service.awaitReady(PATIENCE);
    return new TeachingBenchmarkService(service);
  }

  /** Drops the photographs on the page, and waits until all have been classified. */
  void send(List<Path> files) throws IOException, InterruptedException {
    for (Path file : files) {
      String id = URLEncoder.encode(file.toString(), UTF_8);
      JsonNode sent =
          call(
              request("/images?id=" + id)
                  .header("Content-Type", "application/octet-stream")
                  .POST(BodyPublishers.ofFile(file)));
      claims.put(file.toString(), sent.get("claim"));
    }
    await().atMost(PATIENCE).until(() -> predictions() == files.size());
  }

  private int predictions() {
    int[] count = new int[1];
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      TopicScan.ofTopic(consumer, service.config().topics().predictions())
          .forEach(record -> count[0]++);
    }
    return count[0];
  }

  /**
   * Answers so many of the page's questions.
   *
   * @return how many it had
   */
  int answer(int count) throws IOException, InterruptedException {
    JsonNode next = call(request("/teach/next?session=person&count=" + count).GET());
    List<String> said = new ArrayList<>();
    for (JsonNode picture : next.get("pictures")) {
      String id = picture.get("image_id").asText();
      asked++;
      right += truth(id).equals(picture.get("guess").asText()) ? 1 : 0;
      said.add(said(id, picture.get("claim"), picture.get("reason").asText()));
    }
    post(said);
    return said.size();
  }

  /** Labels these, whatever the page would ask. */
  int label(List<Path> files) throws IOException, InterruptedException {
    List<String> said = new ArrayList<>();
    for (Path file : files) {
      JsonNode claim = Objects.requireNonNull(claims.get(file.toString()));
      said.add(said(file.toString(), claim, "random"));
    }
    post(said);
    return said.size();
  }

  private static String truth(String id) {
    return Objects.requireNonNull(Path.of(id).getParent()).getFileName().toString();
  }

  private String said(String id, JsonNode claim, String reason) throws IOException {
    String why = reason.equals("coverage") ? "other" : reason;
    return json.writeValueAsString(
        Map.of(
            "id",
            UUID.randomUUID().toString(),
            "image_id",
            id,
            "claim",
            claim,
            "label",
            truth(id),
            "why",
            why));
  }

  private void post(List<String> said) throws IOException, InterruptedException {
    String body = "{\"labels\":[%s]}".formatted(String.join(",", said));
    JsonNode answer =
        call(
            request("/labels")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    if (answer.get("taken").size() != said.size()) {
      throw new IllegalStateException(answer.toString());
    }
  }

  /** As {@code imprint retrain --wait}, and until what it made serves. */
  void train() throws InterruptedException {
    Instant now = Instant.now();
    String id = UUID.randomUUID().toString();
    commands.send(
        new Command(
            id, Command.Kind.RETRAIN, null, null, false, now, now.plus(PATIENCE), "benchmark"));
    Answer.State state = Answer.State.RUNNING;
    while (state == Answer.State.RUNNING) {
      Optional<Answer> answer = commands.next(id);
      state = answer.map(Answer::state).orElse(state);
      if (state == Answer.State.FAILED) {
        throw new IllegalStateException(answer.orElseThrow().message());
      }
    }
    ModelVersion serving = store.models().serving();
    if (serving != null) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> serving.version().equals(served()));
    }
  }

  private @Nullable String served() throws IOException, InterruptedException {
    return call(request("/status").GET()).get("serving").asText();
  }

  /** Of the version that serves, on photographs that were embedded before; 0 without one. */
  double accuracy(List<Example> judged) throws IOException {
    ModelVersion serving = store.models().serving();
    if (serving == null) {
      return 0;
    }
    DenseHead head = store.head(serving).head();
    float[][] embeddings =
        judged.stream().map(e -> e.embedding().numbers()).toArray(float[][]::new);
    List<String> truths = judged.stream().map(Example::label).toList();
    return Evaluation.metrics(truths, head.predict(embeddings)).accuracy();
  }

  /** Share of the page's questions whose guess was right, in 0..1. */
  double guessed() {
    return (double) right / Math.max(1, asked);
  }

  private HttpRequest.Builder request(String path) {
    URI uri = URI.create("http://127.0.0.1:%d/api/v1%s".formatted(service.httpPort(), path));
    return HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(1));
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
    return json.readTree(answer.body());
  }

  @Override
  public void close() {
    commands.close();
    service.close();
  }
}
