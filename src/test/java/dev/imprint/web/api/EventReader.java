package dev.imprint.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Queue;
import java.util.Scanner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** Collects the events of one stream, as a browser does, until it is closed. */
public final class EventReader implements AutoCloseable {
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final Thread reading = new Thread(this::read, "browser");
  private final InputStream stream;

  public EventReader(InputStream stream) {
    this.stream = stream;
    reading.setDaemon(true);
    reading.start();
  }

  private void read() {
    try (Scanner scanner = new Scanner(stream, UTF_8).useDelimiter("\n\n")) {
      while (scanner.hasNext()) {
        events.add(scanner.next());
      }
    }
  }

  /** Those of this name so far, whole. */
  public Stream<String> events(String name) {
    return events.stream().filter(each -> each.startsWith("event: " + name + "\n"));
  }

  /** Whether there was an event with all of these parts. */
  public boolean has(String name, String... parts) {
    return events(name).anyMatch(each -> List.of(parts).stream().allMatch(each::contains));
  }

  public boolean ended() {
    return !reading.isAlive();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
