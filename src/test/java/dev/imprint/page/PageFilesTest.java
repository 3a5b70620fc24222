package dev.imprint.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.access.AccessConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
  private static final Path WEB = Path.of("src/main/web");
  private static final Pattern ASSET = Pattern.compile("\"(/assets/[^\"]+)\"");
  private static final Pattern IMPORT = Pattern.compile("from '([^']+)'");
  private static final int MOST_BYTES = 100 * 1024;

  private final HttpClient client = HttpClient.newHttpClient();
  private ServicePage page;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    page = TestPage.open(AccessConfig.DEFAULTS);
    server =
        HttpServer.start(new HttpConfig("127.0.0.1", 0), Map.of(), PageFiles.all(), page.api());
  }

  @AfterEach
  void stop() {
    page.close();
    server.close();
  }

  @Test
  void shouldServeEachFileOfTheFolder() throws Exception {
    try (Stream<Path> files = Files.list(WEB)) {
      List<String> names = new ArrayList<>(PageFiles.OWN);
      names.add("index.html");
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void shouldServeAllThatThePageNamesCompressedWithinItsBudget() throws Exception {
    String html = new String(get("/", "identity").body(), UTF_8);
    long bytes = get("/", "gzip").body().length;
    List<String> assets =
        ASSET.matcher(html).results().map(match -> match.group(1)).distinct().toList();

    assertThat(assets).hasSizeGreaterThan(10);
    for (String asset : assets) {
      HttpResponse<byte[]> file = get(asset, "gzip");
      assertThat(file.statusCode()).as(asset).isEqualTo(200);
      assertThat(file.headers().firstValue("Cache-Control"))
          .hasValue("public, max-age=31536000, immutable");
      bytes += file.body().length;
    }
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  @Test
  void shouldPreloadEachModuleThatAnotherImports() throws Exception {
    String html = new String(get("/", "identity").body(), UTF_8);
    for (String name : PageFiles.OWN) {
      String source = Files.readString(WEB.resolve(name));
      List<MatchResult> imports = IMPORT.matcher(source).results().toList();
      for (MatchResult each : imports) {
        assertThat(each.group(1)).as(name).startsWith("./");
        assertThat(html).as(name).contains(each.group(1).substring(1) + "\"");
      }
    }
  }

  @Test
  void shouldNotSendAgainWhatTheBrowserHas() throws Exception {
    String tag = get("/", "identity").headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> again =
        client.send(request("/").header("If-None-Match", tag).build(), BodyHandlers.ofByteArray());

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/",
        "/assets/app.js",
        "/assets/0123456789abcdef/app.js",
        "/assets/%2e%2e/web/app.js",
        "/assets/..%2f..%2fdev/imprint/app/Imprint.class",
      })
  void shouldServeNothingElse(String path) throws Exception {
    assertThat(get(path, "identity").statusCode()).isIn(400, 404);
  }

  @Test
  void shouldSayWhatTheServiceIsDoingBeforeItServes() throws Exception {
    String status = new String(get("/api/v1/status", "identity").body(), UTF_8);

    assertThat(status).contains("\"ready\":true").contains("\"serving\":null");
    assertThat(get("/api/v1/thumbnails/0/0/" + "0".repeat(64), "identity").statusCode())
        .as("no decoder yet")
        .isEqualTo(503);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<byte[]> get(String path, String encoding)
      throws IOException, InterruptedException {
    return client.send(
        request(path).header("Accept-Encoding", encoding).build(), BodyHandlers.ofByteArray());
  }
}
