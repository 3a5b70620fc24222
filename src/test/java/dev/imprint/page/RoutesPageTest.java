package dev.imprint.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.access.AccessConfig;
import dev.imprint.web.access.Users;
import dev.imprint.web.tls.TlsConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** docs/routes.md: each route, and what a running server answers to each kind of caller. */
@Timeout(60)
class RoutesPageTest {
  private static final String INTRODUCTION =
      """
      # Routes

      This page is generated: a test starts a server with users, and calls each route without a login and
      with each role. ✓ means that the caller is let in; 401 and 403 mean that it is refused. On a loopback
      address without users, and with `http.auth: none`, everybody has the role `operate`. The parameters
      and answers are described at `/api/v1/openapi.json` of a running service.

      | route | purpose | no login | look | label | operate |
      |---|---|---|---|---|---|
      """;

  /** Tokens of {@link Users}; none for nobody. */
  private static final List<String> CALLERS = List.of("", "look", "label", "operate");

  private static final int WRONG_PARAMETER = 400;

  private final HttpClient client = HttpClient.newHttpClient();
  private ServicePage page;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    AccessConfig config = Users.oneOfEachRole();
    page = TestPage.open(config);
    server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0, config, TlsConfig.NONE),
            Map.of(),
            PageFiles.all(),
            page.api());
  }

  @AfterEach
  void stop() {
    page.close();
    server.close();
  }

  @Test
  void shouldAnswerEachCallerAsThePageInTheDocsSays() throws Exception {
    StringBuilder table = new StringBuilder(INTRODUCTION);
    JsonNode paths =
        new ObjectMapper().readTree(send("GET", "/api/v1/openapi.json", "look").body());
    for (Map.Entry<String, JsonNode> path : paths.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String method = operation.getKey().toUpperCase(Locale.ROOT);
        table.append(
            "| `%s %s` | %s |"
                .formatted(method, path.getKey(), operation.getValue().path("summary").asText()));
        for (String caller : CALLERS) {
          table.append(" %s |".formatted(answer(method, path.getKey(), caller)));
        }
        table.append("\n");
      }
    }

    Path fresh = Files.writeString(Path.of("target/routes.md"), table);
    assertThat(Path.of("docs/routes.md"))
        .as("a route has changed: cp %s docs/routes.md", fresh)
        .hasContent(table.toString());
  }

  /** Asks with a parameter that no route has, so that nothing is carried out. */
  private String answer(String method, String path, String caller) throws Exception {
    String asked = path.replaceAll("\\{[^}]+}", "x") + "?no-such-parameter=1";
    int status = send(method, asked, caller).statusCode();
    assertThat(status).isIn(WRONG_PARAMETER, 401, 403);
    return status == WRONG_PARAMETER ? "✓" : String.valueOf(status);
  }

  private java.net.http.HttpResponse<String> send(String method, String path, String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
