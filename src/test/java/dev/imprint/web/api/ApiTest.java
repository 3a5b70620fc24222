package dev.imprint.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ApiTest {
  private enum Kind {
    BIG,
    SMALL
  }

  private record Thing(
      String name, int count, @Nullable Double share, Instant madeAt, List<Kind> kinds) {}

  private record Wish(String name, @Nullable Integer count, boolean urgent) {
    Wish(String name) {
      this(name, null, false);
    }
  }

  private final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile @Nullable Caller caller = Caller.ANYBODY;
  private ApiServer server;

  @BeforeEach
  void start() throws IOException {
    Api api =
        new Api(
            List.of(
                Route.get("/api/v1/things/{name}", "thing", "One thing.")
                    .with(Parameter.text("name", "Its name.", 10))
                    .with(Parameter.integer("count", "How many.", 1, 100, 7L))
                    .with(Parameter.number("share", "How much.", 0, 1))
                    .with(Parameter.choice("kind", "Which.", List.of("big", "small")))
                    .returns(Thing.class, ApiTest::thing),
                Route.get("/api/v1/found", "found", "What was lost.")
                    .with(Parameter.text("what", "The thing.", 10).needed())
                    .returns(Object.class, call -> Answer.ok(Map.of("it", call.required("what")))),
                Route.post("/api/v1/wishes", "wish", "Wishes.")
                    .takes(Wish.class)
                    .returns(Wish.class, call -> new Answer.Value(202, call.body(Wish.class))),
                Route.get("/api/v1/broken", "broken", "Fails.")
                    .returns(
                        Thing.class,
                        call -> {
                          throw new IllegalStateException("out of order");
                        }),
                Route.get("/api/v1/deep", "deep", "Fails with an error.")
                    .returns(
                        Thing.class,
                        call -> {
                          throw new StackOverflowError("too deep");
                        }),
                Route.get("/api/v1/slow", "slow", "Waits.").returns(Wish.class, this::slow),
                Route.get("/api/v1/events", "events", "Events.")
                    .sends(Map.of("wish", Wish.class), call -> new Answer.Events(opened::add))),
            request -> caller);
    server = ApiServer.start(api);
  }

  @Test
  void shouldSayInTimeThatACallTakesTooLong() throws Exception {
    Api impatient =
        new Api(
            List.of(Route.get("/api/v1/slow", "slow", "Waits.").returns(Wish.class, this::slow)),
            Callers.ANYBODY,
            0,
            Duration.ofMillis(100));
    try (ApiServer other = ApiServer.start(impatient)) {
      HttpResponse<String> late = other.ask("/api/v1/slow");
      release.countDown();
      HttpResponse<String> next = other.ask("/api/v1/slow");

      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.headers().firstValue("Retry-After")).isPresent();
      assertThat(late.body()).contains("no answer yet, because Kafka is away");
      assertThat(next.body()).contains("at last");
    }
  }

  /** Their bodies are in memory for as long. */
  @Test
  void shouldTakeNoMoreFilesWhileCallsGoOnThatTookTooLong() throws Exception {
    int most = 1 << 20;
    Route files =
        Route.post("/api/v1/files", "file", "Waits.").takesFile().returns(Wish.class, this::slow);
    Api impatient = new Api(List.of(files), Callers.ANYBODY, most, Duration.ofMillis(100));
    try (ApiServer other = ApiServer.start(impatient)) {
      HttpRequest file =
          other
              .request("/api/v1/files")
              .header("Content-Type", "application/octet-stream")
              .POST(BodyPublishers.ofByteArray(new byte[most]))
              .build();
      List<CompletableFuture<HttpResponse<String>>> late = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        late.add(other.client.sendAsync(file, BodyHandlers.ofString()));
      }
      for (var each : late) {
        assertThat(each.get().body()).contains("no answer yet");
      }

      String more = sendAtOnce(other);
      release.countDown();

      assertThat(more).contains("too many files at once");
      await().until(() -> sendAtOnce(other).contains("at last"));
    }
  }

  /**
   * Sends a file of one byte along with its headers: a client that is still sending when the server
   * refuses may not get to see the answer.
   */
  private static String sendAtOnce(ApiServer to) throws IOException {
    String file =
        """
        POST /api/v1/files HTTP/1.1
        Host: 127.0.0.1
        Content-Type: application/octet-stream
        Content-Length: 1
        Connection: close

        """
                .replace("\n", "\r\n")
            + "x";
    try (Socket socket = new Socket("127.0.0.1", to.request("/").build().uri().getPort())) {
      socket.getOutputStream().write(file.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** Or else clients send their next request on a connection that is about to be closed. */
  @ParameterizedTest
  @CsvSource({"'', true", "'{\"name\":\"a\"}', false"})
  void shouldSayThatTheConnectionEndsIfItRefusesABodyThatHasNotArrived(String body, boolean ends)
      throws Exception {
    caller = null;
    try (Socket socket = new Socket("127.0.0.1", server.request("/").build().uri().getPort())) {
      String request =
          "POST /api/v1/wishes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 12\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(UTF_8));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

      List<String> head = new ArrayList<>();
      for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
        head.add(line);
      }

      assertThat(head.get(0)).contains("401");
      assertThat(head.contains("Connection: close")).isEqualTo(ends);
    }
  }

  private static Answer thing(Call call) throws ProblemException {
    if (call.required("name").equals("none")) {
      throw ProblemException.notFound("there is no thing of this name");
    }
    double share = call.number("share", -1);
    return Answer.ok(
        new Thing(
            call.required("name"),
            (int) call.integer("count"),
            share < 0 ? null : share,
            Instant.EPOCH,
            List.of(Kind.valueOf(call.required("kind").toUpperCase(java.util.Locale.ROOT)))));
  }

  private Answer slow(Call call) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.ok(new Wish("at last"));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  @Test
  void shouldReadParametersOfPathAndQueryWithTheirDefaults() throws Exception {
    assertThat(json(get("/api/v1/things/nut?share=0.5&kind=small")))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"name\":\"nut\",\"count\":7,\"share\":0.5,"
                        + "\"made_at\":\"1970-01-01T00:00:00Z\",\"kinds\":[\"small\"]}"));
  }

  @ParameterizedTest
  @CsvSource({
    "count=0, count is '0': use a whole number from 1 to 100",
    "count=1.5, count is '1.5': use a whole number from 1 to 100",
    "count=9999999999999999999, count is '9999999999999999999': use a whole number from 1 to 100",
    "share=NaN, share is 'NaN': use a number from 0.0 to 1.0",
    "kind=huge, kind is 'huge': use big or small",
    "count=1&count=2, count is given twice",
    "size=3, 'there is no parameter [size]; there are [name, count, share, kind]'",
    "count=%FF, Bad query",
  })
  void shouldSayWhichParameterIsWrongAndWhatIsAllowed(String query, String detail)
      throws Exception {
    HttpResponse<String> response = get("/api/v1/things/nut?" + query);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(response).at("/detail").asText()).isEqualTo(detail);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/things/none, 404, there is no thing of this name",
    "GET, /api/v1/things/, 404, ",
    "GET, /api/v1/nowhere, 404, no such path; see /api/v1/openapi.json",
    "GET, /api/v1/things/a-name-that-is-long, 400, ",
    "DELETE, /api/v1/things/nut, 405, use GET",
    "GET, /api/v1/wishes, 405, use POST",
    "GET, /api/v1/broken, 500, 'internal error; see the log: java.lang.IllegalStateException: out of order'",
    "GET, /api/v1/deep, 500, 'internal error; see the log: java.lang.StackOverflowError: too deep'",
  })
  void shouldDescribeProblemsAsRfc9457Does(
      String method, String path, int status, @Nullable String detail) throws Exception {
    HttpResponse<String> response =
        server.client.send(
            server.request(path).method(method, BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode problem = json(response);
    assertThat(problem.at("/type").asText()).isEqualTo("about:blank");
    assertThat(problem.at("/status").asInt()).isEqualTo(status);
    assertThat(problem.at("/title").asText()).isNotEmpty();
    if (detail != null) {
      assertThat(problem.at("/detail").asText()).isEqualTo(detail);
    }
    if (status == 405) {
      assertThat(response.headers().firstValue("Allow")).isPresent();
    }
  }

  @Test
  void shouldNotDoWithoutAParameterThatIsNeeded() throws Exception {
    assertThat(get("/api/v1/found?what=nut").body()).isEqualTo("{\"it\":\"nut\"}");
    assertThat(get("/api/v1/found").body()).contains("what is missing: The thing.");
    assertThat(get("/api/v1/found?what=").body()).contains("use 1 to 10 characters");
  }

  @Test
  void shouldTakeABodyOfJsonAlone() throws Exception {
    HttpRequest.Builder wish =
        server
            .request("/api/v1/wishes")
            .POST(BodyPublishers.ofString("{\"name\":\"a\",\"urgent\":true}"));
    HttpResponse<String> form =
        server.client.send(
            wish.copy().header("Content-Type", "text/plain").build(), BodyHandlers.ofString());
    HttpResponse<String> sent =
        server.client.send(
            wish.copy().header("Content-Type", "application/json; charset=utf-8").build(),
            BodyHandlers.ofString());
    HttpResponse<String> broken =
        server.client.send(
            server
                .request("/api/v1/wishes")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{"))
                .build(),
            BodyHandlers.ofString());

    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(sent.statusCode()).isEqualTo(202);
    assertThat(sent.body()).isEqualTo("{\"name\":\"a\",\"count\":null,\"urgent\":true}");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(json(broken).at("/detail").asText()).startsWith("the body cannot be read: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":7,\"urgent\":true}",
        "{\"name\":false,\"urgent\":true}",
        "{\"name\":\"a\",\"urgent\":\"true\"}",
        "{\"name\":\"a\",\"urgent\":true,\"count\":1.5}",
        "{\"name\":\"a\"}"
      })
  void shouldTakeABodyAsItIsDescribedAlone(String body) throws Exception {
    HttpRequest wish =
        server
            .request("/api/v1/wishes")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();

    assertThat(server.client.send(wish, BodyHandlers.ofString()).statusCode()).isEqualTo(422);
  }

  @Test
  void shouldTellClientsToTryAgainRatherThanQueueWithoutEnd() throws Exception {
    List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) { // more than threads, but few enough to wait
      waiting.add(
          server.client.sendAsync(server.request("/api/v1/slow").build(), BodyHandlers.ofString()));
    }
    release.countDown();

    for (var each : waiting) {
      assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldDescribeEachRouteInOpenApi() throws Exception {
    JsonNode document = json(get("/api/v1/openapi.json"));

    assertThat(document.at("/openapi").asText()).isEqualTo("3.1.0");
    JsonNode thing = document.path("paths").path("/api/v1/things/{name}").path("get");
    assertThat(thing.at("/operationId").asText()).isEqualTo("thing");
    assertThat(thing.at("/parameters/0").toString())
        .isEqualTo(
            "{\"name\":\"name\",\"in\":\"path\",\"required\":true,\"description\":\"Its name.\","
                + "\"schema\":{\"type\":\"string\",\"maxLength\":10}}");
    assertThat(document.at("/components/schemas/Wish/required").toString())
        .isEqualTo("[\"name\",\"urgent\"]");
    assertThat(thing.at("/parameters/1/schema").toString())
        .isEqualTo("{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":7}");
    assertThat(document.at("/components/schemas/Thing/properties").toString())
        .isEqualTo(
            "{\"name\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":-2147483648,"
                + "\"maximum\":2147483647},"
                + "\"share\":{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"null\"}]},"
                + "\"made_at\":{\"type\":\"string\",\"format\":\"date-time\"},"
                + "\"kinds\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
                + "\"enum\":[\"big\",\"small\"]}}}");
    assertThat(thing.at("/security").toString()).isEqualTo("[{\"session\":[]},{\"token\":[]}]");
    assertThat(thing.at("/responses").has("401") && thing.at("/responses").has("403")).isTrue();
    assertThat(document.at("/components/securitySchemes/token/scheme").asText())
        .isEqualTo("bearer");
    assertThat(document.path("paths").path("/api/v1/events").path("get").toString())
        .contains("text/event-stream");
  }

  @Test
  void shouldSendEventsUntilItsListenerClosesTheStream() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();
    stream.send("wish", new Wish("a\nb"));
    stream.close();

    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(new String(response.body().readAllBytes(), UTF_8))
        .isEqualTo(
            "retry: 2000\n\nevent: wish\ndata: {\"name\":\"a\\nb\",\"count\":null,\"urgent\":false}\n\n");
    assertThat(stream.send("wish", new Wish("c"))).isFalse();
  }

  @Test
  void shouldDropEventsForAClientThatDoesNotReadThem() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();
    Wish large = new Wish("x".repeat(100_000));

    // The sockets take some megabytes; after that, little is kept.
    await().until(() -> !stream.send("wish", large));

    response.body().close();
  }

  @Test
  void shouldNoticeThatAClientHasLeft() throws Exception {
    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    EventStream stream = opened.take();

    response.body().close();

    await().until(() -> !stream.send("wish", new Wish("still there?")));
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void shouldLimitTheNumberOfStreamsAndAnswerOthersMeanwhile() throws Exception {
    for (int i = 0; i < OpenStreams.MOST; i++) {
      server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());
    }

    HttpResponse<String> oneMore = get("/api/v1/events");

    assertThat(oneMore.statusCode()).isEqualTo(503);
    assertThat(oneMore.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(get("/api/v1/things/nut").statusCode()).isEqualTo(200);
    opened.take().close();
    await()
        .until(
            () ->
                server
                        .client
                        .send(
                            server.request("/api/v1/events").build(), BodyHandlers.ofInputStream())
                        .statusCode()
                    == 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/things/nut", "/api/v1/events", "/api/v1/openapi.json"})
  void shouldAnswerHeadWithoutABody(String path) throws Exception {
    HttpResponse<String> head =
        server.client.send(
            server.request(path).method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // role -> reading, writing
    ", 401, 401",
    "LOOK, 200, 403",
    "LABEL, 200, 403",
    "OPERATE, 200, 415",
  })
  void shouldLetNobodyDoMoreThanTheRoleAllows(@Nullable AccessRole role, int reading, int writing)
      throws Exception {
    caller = role == null ? null : new Caller("ada", role);

    HttpResponse<String> read = get("/api/v1/things/nut");
    HttpResponse<String> written =
        server.client.send(
            server.request("/api/v1/wishes").POST(BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(read.statusCode()).isEqualTo(reading);
    assertThat(written.statusCode()).as("before the body is looked at").isEqualTo(writing);
    if (writing == 401) {
      assertThat(written.headers().firstValue("WWW-Authenticate")).isPresent();
    }
    if (writing == 403) {
      assertThat(json(written).at("/detail").asText())
          .isEqualTo("this needs the role operate, and ada has the role %s".formatted(role));
    }
  }

  @Test
  void shouldEndAStreamWhenItsCallerHasToShowAnew() throws Exception {
    caller = new Caller("ada", AccessRole.LOOK, Instant.now());

    HttpResponse<InputStream> response =
        server.client.send(server.request("/api/v1/events").build(), BodyHandlers.ofInputStream());

    assertThat(response.body().readAllBytes()).isNotEmpty(); // returns at the end
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return server.ask(path);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }
}
