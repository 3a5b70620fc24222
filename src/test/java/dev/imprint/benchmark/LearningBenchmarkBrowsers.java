package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of browsers that have the Watch view open: each follows the stream of predictions,
 * and asks for the thumbnail of each. The browsers themselves would run on other machines. Closing
 * ends all of them.
 */
final class LearningBenchmarkBrowsers implements AutoCloseable {
  private static final String DATA = "data: ";
  private static final String CLAIM = "\"claim\":";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<InputStream> streams = new ArrayList<>();
  private final AtomicInteger thumbnails = new AtomicInteger();
  private final URI page;

  private LearningBenchmarkBrowsers(URI page) {
    this.page = page;
  }

  /** Returns once all of them follow. */
  static LearningBenchmarkBrowsers open(int browsers, URI page)
      throws IOException, InterruptedException {
    var opened = new LearningBenchmarkBrowsers(page);
    for (int i = 0; i < browsers; i++) {
      InputStream stream =
          opened.http.send(opened.get("/api/v1/watch"), BodyHandlers.ofInputStream()).body();
      opened.streams.add(stream);
      opened.threads.execute(() -> opened.follow(stream));
    }
    return opened;
  }

  /** How many they have received. */
  int thumbnails() {
    return thumbnails.get();
  }

  private void follow(InputStream stream) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(DATA) && line.contains(CLAIM)) {
          byte[] json = line.substring(DATA.length()).getBytes(UTF_8);
          show(Json.decode(json, Prediction.class).claim());
        }
      }
    } catch (IOException e) {
      // closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(Claim claim) throws IOException, InterruptedException {
    String path =
        "/api/v1/thumbnails/%d/%d/%s".formatted(claim.partition(), claim.offset(), claim.sha256());
    if (http.send(get(path), BodyHandlers.ofByteArray()).statusCode() == 200) {
      thumbnails.incrementAndGet();
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(page.resolve(path)).build();
  }

  @Override
  public void close() throws InterruptedException {
    for (InputStream stream : streams) {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    threads.shutdownNow();
    if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("browsers do not end");
    }
  }
}
