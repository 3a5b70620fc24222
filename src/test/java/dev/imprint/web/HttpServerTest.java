package dev.imprint.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.CheckResult;
import dev.imprint.observability.Health;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final HttpConfig FREE_PORT = new HttpConfig("127.0.0.1", 0);

  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Health health = new Health();
  private HttpServer server;

  @BeforeEach
  void start() throws BindException {
    server = HttpServer.start(FREE_PORT, OperatorPages.of(registry, health));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldServeMetricsAsPrometheusText() throws Exception {
    registry.counter("imprint.images").increment(3);

    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(response.body()).contains("imprint_images_total 3.0");
  }

  @Test
  void shouldServeOpenMetricsToAClientThatAsksForThem() throws Exception {
    registry.counter("imprint.images").increment(3);

    HttpResponse<String> response =
        client.send(
            request("/metrics").header("Accept", "application/openmetrics-text").build(),
            BodyHandlers.ofString());

    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(response.body()).contains("imprint_images_total 3.0").endsWith("# EOF\n");
  }

  @Test
  void shouldNameEachPartWithItsCause() throws Exception {
    health.addEssential("streams", () -> CheckResult.UP);
    health.add("model", () -> CheckResult.degraded("no head: serve --head FILE"));

    HttpResponse<String> response = get("/health");

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode json = new ObjectMapper().readTree(response.body());
    assertThat(json.at("/status").asText()).isEqualTo("degraded");
    assertThat(json.at("/live").asBoolean()).isTrue();
    assertThat(json.at("/ready").asBoolean()).isTrue();
    assertThat(json.at("/parts/streams/status").asText()).isEqualTo("up");
    assertThat(json.at("/parts/streams").has("cause")).isFalse();
    assertThat(json.at("/parts/model/cause").asText()).isEqualTo("no head: serve --head FILE");
  }

  @ParameterizedTest
  @CsvSource({
    // status, only a restart helps -> /health, /health/live, /health/ready
    "DOWN, false, 200, 200, 503",
    "DEGRADED, true, 200, 503, 200",
  })
  void shouldAnswerProbesByWhatTheFailureMeans(
      CheckResult.Status status, boolean restartHelps, int all, int live, int ready)
      throws Exception {
    health.addEssential(
        "streams", () -> new CheckResult(status, "no thread is left", restartHelps));

    assertThat(get("/health").statusCode()).isEqualTo(all);
    assertThat(get("/health/live").statusCode()).isEqualTo(live);
    assertThat(get("/health/ready").statusCode()).isEqualTo(ready);
    assertThat(get("/health/ready").body()).contains("no thread is left");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/metrics", "/health", "/health/live", "/health/ready", "/health/", "/nowhere"})
  void shouldAnswerHeadAsGetWithoutTheBody(String path) throws Exception {
    registry.counter("imprint.images").increment(3);
    health.addEssential("streams", () -> CheckResult.down("no thread is left"));
    health.add("supervisor", () -> CheckResult.down("died").untilRestart());

    HttpResponse<String> get = get(path);
    HttpResponse<String> head =
        client.send(
            request(path).method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());

    assertThat(head.statusCode()).isEqualTo(get.statusCode());
    assertThat(withoutDate(head)).isEqualTo(withoutDate(get)).containsKey("content-length");
    assertThat(get.body()).isNotEmpty();
    assertThat(head.body()).isEmpty();
  }

  private static Map<String, List<String>> withoutDate(HttpResponse<String> response) {
    Map<String, List<String>> headers = new HashMap<>(response.headers().map());
    headers.remove("date");
    return headers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void shouldNameTheMethodsThatItTakes(String method) throws Exception {
    HttpResponse<String> response =
        client.send(
            request("/health").method(method, BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    assertThat(response.body()).contains("use GET or HEAD");
  }

  @ParameterizedTest
  @CsvSource({"gzip, true", "'deflate, gzip;q=0.5', true", "gzip;q=0, false", "br, false"})
  void shouldCompressMetricsForWhoTakesThat(String accepted, boolean compressed) throws Exception {
    registry.counter("imprint.images").increment(3);

    HttpResponse<byte[]> response =
        client.send(
            request("/metrics").header("Accept-Encoding", accepted).build(),
            BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(compressed);
    InputStream body = new ByteArrayInputStream(response.body());
    assertThat(compressed ? new GZIPInputStream(body) : body)
        .asString(StandardCharsets.UTF_8)
        .contains("imprint_images_total 3.0");
  }

  @Test
  void shouldListItsPathsWhereNoneFits() throws Exception {
    HttpResponse<String> response = get("/nowhere");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(new ObjectMapper().readTree(response.body()).at("/paths"))
        .extracting(JsonNode::asText)
        .containsExactly("/metrics", "/health", "/health/live", "/health/ready");
  }

  @Test
  void shouldRefuseALargeBody() throws Exception {
    HttpResponse<String> response =
        client.send(
            request("/metrics")
                .method("POST", BodyPublishers.ofByteArray(new byte[70_000]))
                .build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void shouldNameTheKeyAndTheFixWhenThePortIsTaken() {
    HttpConfig taken = new HttpConfig("127.0.0.1", server.port());

    assertThatThrownBy(() -> HttpServer.start(taken, OperatorPages.of(registry, health)))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.1:" + server.port())
        .hasMessageContaining("set http.port");
  }

  @Test
  void shouldNotListenOnceItIsClosed() {
    HttpRequest request = request("/health").build();
    server.close();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(ConnectException.class);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }
}
