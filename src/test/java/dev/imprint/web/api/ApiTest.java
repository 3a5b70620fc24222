package dev.imprint.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ApiTest extends ApiSteps {
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

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }
}
