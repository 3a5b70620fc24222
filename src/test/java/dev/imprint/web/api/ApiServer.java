package dev.imprint.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.HttpServer;
import dev.imprint.web.StaticFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

/** A server of an interface alone, which is asked as a browser asks it, for tests. */
public final class ApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For requests that {@link #request} begins. */
  public final HttpClient client = HttpClient.newHttpClient();

  private final Api api;
  private final HttpServer server;

  private ApiServer(Api api, HttpServer server) {
    this.api = api;
    this.server = server;
  }

  /** On any free port of this machine; anybody may ask for each route. */
  public static ApiServer start(List<Route> routes) throws BindException {
    return start(new Api(routes, Callers.ANYBODY));
  }

  /** On any free port of this machine; it closes the interface. */
  public static ApiServer start(Api api) throws BindException {
    return new ApiServer(
        api,
        HttpServer.start(
            new HttpConfig("127.0.0.1", 0),
            Map.of(),
            new StaticFiles("/web/index.html", Map.of()),
            api));
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  public HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> send(String path, String json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The answer, which must have this status. */
  public JsonNode get(String path, int status) throws IOException, InterruptedException {
    return answer(path, ask(path), status);
  }

  /** The answer, which must have this status. */
  public JsonNode post(String path, String json, int status)
      throws IOException, InterruptedException {
    return answer(path, send(path, json), status);
  }

  private static JsonNode answer(String path, HttpResponse<String> response, int status)
      throws IOException {
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  /** A stream of events, as it comes. */
  public InputStream open(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofInputStream()).body();
  }

  @Override
  public void close() {
    api.close();
    server.close();
  }
}
