package dev.imprint.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.web.access.AccessConfig;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.Callers;
import dev.imprint.web.api.Route;
import dev.imprint.web.tls.TlsConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AccessRulesTest {
  private record Done(String what) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:9999",
        "LOCALHOST:80",
        "127.0.0.1",
        "127.1.2.3:1",
        "[::1]:7"
      })
  void shouldServeThisMachineUnderAnyPort(String host) throws Exception {
    try (Running running = new Running("127.0.0.1")) {
      assertThat(running.get("/", "Host: " + host)).startsWith("HTTP/1.1 200");
      assertThat(running.get("/api/v1/done", "Host: " + host)).startsWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example:8080",
        "localhost.attacker.example",
        "127.0.0.1.example",
        "10.0.0.1"
      })
  void shouldRefuseANameThatSomebodyElseMadePointHere(String host) throws Exception {
    try (Running running = new Running("127.0.0.1")) {
      for (String path : List.of("/", "/assets/x/app.js", "/api/v1/done")) {
        assertThat(running.get(path, "Host: " + host))
            .startsWith("HTTP/1.1 403")
            .contains("the Host header names ", "http.names");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // method, Sec-Fetch-Site, Origin -> status
    "GET, same-origin, , 200",
    "GET, none, , 200",
    "GET, cross-site, , 403",
    "GET, same-site, , 403",
    "GET, , http://localhost, 200",
    "GET, , http://attacker.example, 403",
    "POST, , , 200",
    "POST, same-origin, http://localhost, 200",
    "POST, none, , 403",
    "POST, cross-site, , 403",
    "POST, , http://localhost:8081, 403",
    "POST, , null, 403",
  })
  void shouldAnswerThePageAndProgramsButNoOtherSite(
      String method, String site, String origin, int status) throws Exception {
    try (Running running = new Running("127.0.0.1")) {
      String headers =
          "Host: localhost"
              + (site == null ? "" : "\r\nSec-Fetch-Site: " + site)
              + (origin == null ? "" : "\r\nOrigin: " + origin);

      assertThat(running.send(method, "/api/v1/done", headers)).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void shouldRefuseThePageOnAnyOtherAddressAndNameTheSetting() throws Exception {
    try (Running running = new Running("0.0.0.0")) {
      for (String path : List.of("/", "/api/v1/done", "/api/v1/nowhere", "/assets/x")) {
        assertThat(running.get(path, "Host: localhost"))
            .startsWith("HTTP/1.1 403")
            .contains("application/problem+json")
            .contains("http.host is 0.0.0.0, and no setting says who may use the page")
            .contains("set http.users");
      }
      assertThat(running.get("/probe", "Host: example.org")).startsWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "192.168.1.7:8080, 200",
    "[fd00::7]:8080, 200",
    "imprint.example.org:8080, 200",
    "IMPRINT.example.org, 200",
    "attacker.example, 403",
    "1.2.3.4.attacker.example, 403",
  })
  void shouldBeServedToEverybodyUnderItsOwnNamesAloneIfTheSettingsSaySo(String host, int status)
      throws Exception {
    AccessConfig everybody =
        new AccessConfig(
            AccessConfig.Auth.NONE,
            List.of(),
            List.of(),
            1,
            null,
            AccessConfig.DEFAULTS.proxy(),
            List.of("imprint.example.org"));
    try (Running running = new Running(new HttpConfig("0.0.0.0", 0, everybody, TlsConfig.NONE))) {
      assertThat(running.get("/api/v1/done", "Host: " + host)).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void shouldBelieveABrowserThatSaysItIsThePageBehindAProxyThatEncrypts() throws Exception {
    try (Running running = new Running("127.0.0.1")) {
      assertThat(
              running.send("POST", "/api/v1/done", "Host: localhost\r\nOrigin: https://localhost"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void shouldForbidBrowsersWhatThePageDoesNotNeed() throws Exception {
    try (Running running = new Running("127.0.0.1")) {
      String answer = running.get("/", "Host: localhost");

      assertThat(answer)
          .contains("default-src 'none'")
          .contains("frame-ancestors 'none'")
          .contains("X-Content-Type-Options: nosniff")
          .contains("Permissions-Policy: camera=(self), microphone=(), geolocation=()")
          .contains("Cross-Origin-Resource-Policy: same-origin");
      assertThat(answer).doesNotContain("unsafe-inline").doesNotContain("unsafe-eval");
    }
  }

  /** A server, asked by a client that sends any header. */
  private static final class Running implements AutoCloseable {
    private final Api api =
        new Api(
            List.of(
                Route.get("/api/v1/done", "seen", "Reads.")
                    .returns(Done.class, call -> Answer.ok(new Done("seen"))),
                Route.post("/api/v1/done", "done", "Writes.")
                    .returns(Done.class, call -> Answer.ok(new Done("done")))),
            Callers.ANYBODY);
    private final HttpServer server;

    Running(String host) throws IOException {
      this(new HttpConfig(host, 0));
    }

    Running(HttpConfig config) throws IOException {
      server =
          HttpServer.start(
              config,
              Map.of("/probe", request -> new PageResponse(200, HttpFields.EMPTY, new byte[0])),
              new StaticFiles("/web/index.html", Map.of()),
              api);
    }

    String get(String path, String headers) throws IOException {
      return send("GET", path, headers);
    }

    String send(String method, String path, String headers) throws IOException {
      try (Socket client = new Socket("127.0.0.1", server.port())) {
        client
            .getOutputStream()
            .write(
                "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                    .formatted(method, path, headers)
                    .getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))
            .lines()
            .collect(Collectors.joining("\n"));
      }
    }

    @Override
    public void close() {
      api.close();
      server.close();
    }
  }
}
