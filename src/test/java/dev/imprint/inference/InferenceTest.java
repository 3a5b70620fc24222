package dev.imprint.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.CheckResult;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.observability.Health;
import dev.imprint.pipeline.DirectClassifier;
import dev.imprint.pipeline.DirectClassifiers;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.Callers;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol over HTTP, with a model for which a picture is a number. */
@Timeout(60)
class InferenceTest {
  private static final int MAX_IMAGE_BYTES = 10_000;
  private static final String INFER = "/v2/models/parity/infer";
  private static final String JSON = "application/json";
  private static final String BINARY = "application/octet-stream";

  private final Health health = new Health();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean held;
  private final ServingModel first = DirectClassifiers.model(size -> hold());
  private volatile @Nullable ServingModel model = first;
  private DirectClassifier direct;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    health.addEssential(
        "model", () -> model == null ? CheckResult.down("loading") : CheckResult.UP);
    direct = DirectClassifiers.of(first);
    server = serve(MAX_IMAGE_BYTES);
  }

  private ApiServer serve(int maxImageBytes) throws Exception {
    return ApiServer.start(
        new Api(
            new InferenceRoutes("parity", health, () -> model, () -> direct, maxImageBytes)
                .routes(),
            Callers.ANYBODY,
            maxImageBytes));
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.close();
    direct.close();
  }

  @Test
  void shouldClassifyAPictureInBase64() throws Exception {
    HttpResponse<String> answer =
        post(INFER, request("\"id\":\"42\",", "[\"" + base64("7") + "\"]"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"model_name\":\"parity\"", "\"model_version\":\"parity-1\"", "\"id\":\"42\"")
        .contains("{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"odd\"]}")
        .contains("{\"name\":\"probability\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0.99")
        .contains(
            "{\"name\":\"labels\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"odd\",\"even\"]}")
        .contains("{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[0.99");
  }

  @Test
  void shouldReturnTheOutputsThatAreWantedAlone() throws Exception {
    HttpResponse<String> answer =
        post(INFER, request("\"outputs\":[{\"name\":\"label\"}],", "[[\"" + base64("8") + "\"]]"));

    assertThat(answer.body()).contains("\"data\":[\"even\"]").doesNotContain("scores");
  }

  @Test
  void shouldTakeAPictureBehindTheJson() throws Exception {
    String json =
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\","
            + "\"parameters\":{\"binary_data_size\":7}}]}";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(UTF_8));
    body.writeBytes(new byte[] {3, 0, 0, 0});
    body.writeBytes("123".getBytes(UTF_8));

    assertThat(post(body.toByteArray(), json.length())).contains("\"data\":[\"odd\"]");
    assertThat(post(body.toByteArray(), json.length() - 1)).startsWith("{\"error\":");
    body.write('4');
    assertThat(post(body.toByteArray(), json.length())).contains("4 bytes, the lowest first");
  }

  @Test
  void shouldTakeAPictureAlone() throws Exception {
    assertThat(post("124".getBytes(UTF_8), 0)).contains("\"data\":[\"even\"]");
    assertThat(post("124".getBytes(UTF_8), null)).contains("\"data\":[\"even\"]");
    assertThat(post("124".getBytes(UTF_8), 4)).contains("'4'", "0 to 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"inputs\":[]}|there are 0 inputs",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}"
            + "|send image of datatype BYTES",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\"]}]}"
            + "|the input is x",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"\"]}]}"
            + "|one picture at a time",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\"}]}"
            + "|data is not one string",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%\"]}]}"
            + "|in base64",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"eA==\"]}]}"
            + "|the picture: not a number",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\"]}]}"
            + "|the picture: the value is empty",
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"Nw==\"]}],"
            + "\"outputs\":[{\"name\":\"embedding\"}]}|unknown output embedding",
      })
  void shouldSayWhyARequestIsNotOnePicture(String body, String error) throws Exception {
    HttpResponse<String> answer = post(INFER, body);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(JSON);
    assertThat(answer.body()).startsWith("{\"error\":\"").contains(error);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{}", "[]", "{\"inputs\":null}", "{\"inputs\":[null]}", "{\"id\":7}"})
  void shouldRefuseWhatIsNoRequest(String body) throws Exception {
    HttpResponse<String> answer = post(INFER, body);

    assertThat(answer.statusCode()).isEqualTo(body.equals("{") ? 400 : 422);
    assertThat(answer.body()).startsWith("{\"error\":\"the body cannot be read");
  }

  @Test
  void shouldRefuseAPictureThatIsLargerThanItMayBe() throws Exception {
    String picture = base64("7".repeat(MAX_IMAGE_BYTES + 1));
    HttpResponse<String> answer = post(INFER, request("", "[\"" + picture + "\"]"));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("the picture is larger than 10000 bytes");
  }

  /** Jackson itself takes strings of 20 million characters. */
  @Test
  void shouldTakeAPictureInBase64AsLargeAsTheSettingsAllow() throws Exception {
    int most = 18_000_000;
    String zeros = "0".repeat(most - 1);
    try (ApiServer large = serve(most)) {
      HttpResponse<String> answer =
          large.send(INFER, request("", "[\"" + base64(zeros + "7") + "\"]"));
      HttpResponse<String> larger =
          large.send(INFER, request("", "[\"" + base64(zeros + "07") + "\"]"));

      assertThat(answer.body()).contains("\"data\":[\"odd\"]");
      assertThat(larger.statusCode()).isEqualTo(413);
      assertThat(larger.body()).contains("the picture is larger than 18000000 bytes");
    }
  }

  @Test
  void shouldRefuseABodyThatIsLargerThanAPictureMayBe() throws Exception {
    HttpResponse<String> answer = post(INFER, "x".repeat(MAX_IMAGE_BYTES * 4 / 3 + (64 << 10) + 1));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).startsWith("{\"error\":\"").contains("too large");
  }

  @Test
  void shouldKnowTheModelThatServesAlone() throws Exception {
    assertThat(get("/v2/models/parity").body())
        .contains("\"versions\":[\"parity-1\"]", "\"name\":\"image\"", "\"name\":\"scores\"");
    assertThat(get("/v2/models/parity/versions/parity-1").statusCode()).isEqualTo(200);
    assertThat(get("/v2/models/other").body()).contains("there is no model other: there is parity");
    assertThat(get("/v2/models/parity/versions/v9/ready").body())
        .contains("version v9 does not serve: parity-1 does");
    String body = request("", "[\"" + base64("7") + "\"]");
    assertThat(post("/v2/models/parity/versions/parity-1/infer", body).statusCode()).isEqualTo(200);
    assertThat(post("/v2/models/parity/versions/v9/infer", body).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldAnswerProbesWhileThereIsNoModel() throws Exception {
    assertThat(get("/v2/models/parity/ready").body()).contains("\"ready\":true");
    assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
    model = null;

    assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/v2/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/v2/health/ready").body()).isEqualTo("{\"live\":true,\"ready\":false}");
    assertThat(get("/v2/models/parity/ready").statusCode()).isEqualTo(503);
    assertThat(get("/v2/").body()).contains("\"name\":\"imprint\"");
    HttpResponse<String> answer = post(INFER, request("", "[\"" + base64("7") + "\"]"));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("no model serves yet");
  }

  @Test
  void shouldNotAnswerForAHeadThatThereIsNot() throws Exception {
    model = new ServingModel(ServingModel.NO_VERSION, first.backbone(), null);

    assertThat(get("/v2/models/parity/ready").statusCode()).isEqualTo(503);
    assertThat(post(INFER, request("", "[\"" + base64("7") + "\"]")).body())
        .contains("no version knows any label yet");
  }

  /** Those that wait must hold up neither the page nor probes. */
  @Test
  void shouldAnswerOthersWhileManyWaitAndRefuseTheRest() throws Exception {
    held = true;
    String body = request("", "[\"" + base64("7") + "\"]");
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> answers.add(postLater(body)));
    HttpResponse<String> refused =
        (HttpResponse<String>)
            CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).join();

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.body()).contains("pictures are waiting already");
    assertThat(get("/v2/models/parity").statusCode()).isEqualTo(200);
    goOn.countDown();
    assertThat(answers.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
        .containsOnly(200, 503)
        .filteredOn(status -> status == 200)
        .hasSizeGreaterThanOrEqualTo(65);
  }

  private void hold() {
    try {
      if (held) {
        goOn.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String base64(String picture) {
    return Base64.getEncoder().encodeToString(picture.getBytes(UTF_8));
  }

  private static String request(String more, String data) {
    return "{%s\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":%s}]}"
        .formatted(more, data);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return server.ask(path);
  }

  private HttpRequest json(String path, String body) {
    return server
        .request(path)
        .header("Content-Type", JSON)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return server.send(path, body);
  }

  private CompletableFuture<HttpResponse<String>> postLater(String body) {
    return server.client.sendAsync(json(INFER, body), BodyHandlers.ofString());
  }

  private String post(byte[] body, @Nullable Integer jsonLength) throws Exception {
    HttpRequest.Builder request =
        server.request(INFER).header("Content-Type", BINARY).POST(BodyPublishers.ofByteArray(body));
    if (jsonLength != null) {
      request.header(PictureTensor.JSON_LENGTH, String.valueOf(jsonLength));
    }
    return server.client.send(request.build(), BodyHandlers.ofString()).body();
  }
}
