package dev.imprint.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.pipeline.TestClock;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.StaticFiles;
import dev.imprint.web.access.AccessConfig.Auth;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.Route;
import dev.imprint.web.tls.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who callers are, over HTTP. */
@Timeout(60)
class LoginTest {
  private record Who(@Nullable String name, AccessRole role) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestClock clock = new TestClock(Instant.parse("2026-01-02T03:04:05Z"));
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int port;

  @TempDir private Path dir;

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void shouldLogInAndOutByACookieThatNoScriptAndNoOtherSiteGets() throws Exception {
    start(Users.oneOfEachRole());

    HttpResponse<String> in = logIn("labeller", Users.PASSWORD);
    String set = in.headers().firstValue("Set-Cookie").orElseThrow();
    String cookie = set.substring(0, set.indexOf(';'));

    assertThat(in.statusCode()).isEqualTo(200);
    assertThat(in.body()).isEqualTo("{\"name\":\"labeller\",\"role\":\"label\",\"login\":true}");
    assertThat(set).endsWith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
    assertThat(get("/api/v1/who", "Cookie", cookie).body())
        .isEqualTo("{\"name\":\"labeller\",\"role\":\"label\"}");
    assertThat(get("/api/v1/session", "Cookie", cookie).body()).isEqualTo(in.body());
    HttpResponse<String> out = send("DELETE", "/api/v1/session", "", "Cookie", cookie);
    assertThat(out.headers().firstValue("Set-Cookie")).get().asString().contains("Max-Age=0");
  }

  @Test
  void shouldSetTheCookieForEncryptedConnectionsAloneBehindAProxyThatEncrypts() throws Exception {
    start(Users.oneOfEachRole());
    String origin = "https://127.0.0.1:" + port;

    HttpResponse<String> in = logIn("labeller", Users.PASSWORD, "Origin", origin);

    assertThat(in.headers().firstValue("Set-Cookie")).get().asString().endsWith("; Secure");
  }

  @Test
  void shouldEndASessionAfterItsTime() throws Exception {
    start(Users.oneOfEachRole());
    String cookie = cookie(logIn("looker", Users.PASSWORD));

    clock.advance(Duration.ofHours(12));

    assertThat(get("/api/v1/who", "Cookie", cookie).statusCode()).isEqualTo(401);
  }

  @Test
  void shouldAnswerAWrongPasswordAsItDoesAnUnknownUser() throws Exception {
    start(Users.oneOfEachRole());

    HttpResponse<String> wrong = logIn("looker", "wrong");
    HttpResponse<String> unknown = logIn("nobody", Users.PASSWORD);

    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).contains("name or password is wrong");
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(unknown.body()).isEqualTo(wrong.body());
  }

  @Test
  void shouldLimitAttemptsAndSayWhenToTryAgain() throws Exception {
    start(Users.oneOfEachRole());
    for (int i = 0; i < Login.MOST_BY_ADDRESS; i++) {
      assertThat(logIn("looker", "wrong " + i).statusCode()).isEqualTo(401);
    }

    HttpResponse<String> right = logIn("operator", Users.PASSWORD);

    assertThat(right.statusCode()).isEqualTo(429);
    assertThat(right.headers().firstValue("Retry-After")).hasValue("31");
    clock.advance(Duration.ofSeconds(31));
    assertThat(logIn("operator", Users.PASSWORD).statusCode()).isEqualTo(200);
    assertThat(logIn("looker", "wrong").statusCode())
        .as("who logs in has all again")
        .isEqualTo(401);
  }

  @Test
  void shouldRefuseALoginFromAnotherSiteOrWithoutAName() throws Exception {
    start(Users.oneOfEachRole());

    assertThat(logIn("looker", Users.PASSWORD, "Origin", "http://attacker.example").statusCode())
        .isEqualTo(403);
    assertThat(
            send("POST", "/api/v1/session", "{}", "Content-Type", "application/json").statusCode())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({
    // header -> status, name
    "Bearer label, 200, label",
    "bearer operate, 200, operate",
    "Bearer wrong, 401, ",
    "Bearer, 401, ",
    "Basic bGFiZWw6bGFiZWw=, 401, ",
  })
  void shouldKnowProgramsByTheirTokens(String authorization, int status, String name)
      throws Exception {
    start(Users.oneOfEachRole());

    HttpResponse<String> answer = get("/api/v1/who", "Authorization", authorization);

    assertThat(answer.statusCode()).isEqualTo(status);
    if (name != null) {
      assertThat(answer.body()).contains("\"name\":\"%s\"".formatted(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // trusted, header -> status, name, role
    "127.0.0.1, ada, 200, ada, operate",
    "127.0.0.0/8, bob, 200, bob, label",
    "127.0.0.1, , 401, , ",
    "10.0.0.0/8, ada, 403, , ",
    "::1, ada, 403, , ",
  })
  void shouldBelieveTheStatedProxyAlone(
      String trusted, String header, int status, String name, String role) throws Exception {
    ProxyConfig proxy = new ProxyConfig(List.of(trusted), "X-User", AccessRole.LABEL);
    List<User> users = List.of(new User("ada", AccessRole.OPERATE, null));
    start(Users.config(Auth.PROXY, users, List.of(), proxy));

    HttpResponse<String> answer =
        header == null ? get("/api/v1/who") : get("/api/v1/who", "X-User", header);

    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 200) {
      assertThat(answer.body())
          .isEqualTo("{\"name\":\"%s\",\"role\":\"%s\"}".formatted(name, role));
    }
  }

  @Test
  void shouldRefuseAHeaderThatTheProxyDidNotClean() throws Exception {
    ProxyConfig proxy = new ProxyConfig(List.of("127.0.0.1"), "X-User", AccessRole.LABEL);
    start(Users.config(Auth.PROXY, List.of(), List.of(), proxy));

    HttpResponse<String> answer = get("/api/v1/who", "X-User", "ada", "X-User", "bob");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(logIn("ada", Users.PASSWORD).statusCode()).as("nobody logs in here").isEqualTo(404);
  }

  @Test
  void shouldAskNobodyOnThisMachineWithoutUsers() throws Exception {
    start(AccessConfig.DEFAULTS);

    assertThat(get("/api/v1/session").body())
        .isEqualTo("{\"name\":null,\"role\":\"operate\",\"login\":false}");
  }

  @Test
  void shouldNameTheKeyFileThatIsMissingOrTooShort() throws Exception {
    Path file = dir.resolve("key");
    AccessConfig config =
        new AccessConfig(
            Auth.USERS,
            Users.oneOfEachRole().users(),
            List.of(),
            12,
            file,
            AccessConfig.DEFAULTS.proxy(),
            List.of());

    assertThatThrownBy(() -> Access.open(config, true, clock))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("http.session_key_file is %s: it cannot be read".formatted(file));
    Files.writeString(file, "short");
    assertThatThrownBy(() -> Access.open(config, true, clock))
        .hasMessageContaining("which has 5 bytes: write 32 random bytes to it")
        .hasMessageNotContaining("short");
    Files.write(file, new byte[32]);
    assertThat(Access.open(config, true, clock)).isNotNull();
  }

  private void start(AccessConfig config) throws IOException {
    Access access = Access.open(config, true, clock);
    List<Route> routes = new ArrayList<>(access.routes());
    routes.add(
        Route.get("/api/v1/who", "who", "Says who asks.")
            .returns(
                Who.class, call -> Answer.ok(new Who(call.caller().name(), call.caller().role()))));
    Api api = new Api(routes, access.callers());
    HttpServer server =
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0, config, TlsConfig.NONE),
            Map.of(),
            new StaticFiles("/web/index.html", Map.of()),
            api);
    opened.add(api); // first, or the server would wait for it
    opened.add(server);
    port = server.port();
  }

  private HttpResponse<String> logIn(String name, String password, String... headers)
      throws Exception {
    List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
    all.addAll(List.of(headers));
    String body = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password);
    return send("POST", "/api/v1/session", body, all.toArray(String[]::new));
  }

  private static String cookie(HttpResponse<String> in) {
    String set = in.headers().firstValue("Set-Cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send("GET", path, "", headers);
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
