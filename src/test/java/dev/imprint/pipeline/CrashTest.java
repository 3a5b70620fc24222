package dev.imprint.pipeline;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.model.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances in separate JVMs are killed, stopped and added under load, with a linger of 200 ms so
 * that there is nearly always a batch to lose. By image id, nothing may be lost, and nothing
 * duplicated for consumers that read committed records.
 */
class CrashTest {
  private static final int IMAGES_PER_SECOND = 200;

  @TempDir private Path directory;
  private final List<Process> workers = new ArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicBoolean loading = new AtomicBoolean(true);

  @SuppressWarnings("NullAway.Init")
  private EmbeddedBroker broker;

  @SuppressWarnings("NullAway.Init")
  private TestTopics topics;

  /** Prepended to the workers' class path. */
  private String classPathPrefix = "";

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    topics = new TestTopics(broker.bootstrapServers(), "crash.", 4);
  }

  @AfterEach
  void stop() {
    workers.forEach(Process::destroyForcibly);
    topics.close();
    broker.close();
  }

  @Test
  void shouldLoseAndDoubleNothingInACrashAnOrderlyStopAndAJoin() throws Exception {
    Map<String, Long> counts = countsAfter(1, 1);

    assertNothingLostOrDoubled(counts);
  }

  @Test
  @Tag("long")
  void shouldLoseAndDoubleNothingInTenCrashesFiveOrderlyStopsAndAsManyJoins() throws Exception {
    Map<String, Long> counts = countsAfter(10, 5);

    assertNothingLostOrDoubled(counts);
  }

  /** Like a suspended virtual machine: its session and transaction expired long ago. */
  @Test
  @Tag("long")
  void shouldGoOnByItselfAfterAPauseOfTheProcess() throws Exception {
    Thread load = new Thread(this::load, "load");
    load.start();
    Process paused = worker();
    workers.add(paused);
    awaitProgress();

    signal(paused, "STOP");
    await().pollDelay(Duration.ofSeconds(35)).atMost(Duration.ofSeconds(40)).until(() -> true);
    signal(paused, "CONT");

    assertNothingLostOrDoubled(countsAtTheEnd(load));
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Shows that the tests above can fail, and what the store is for. */
  @Test
  @Tag("long")
  void shouldLoseImagesIfTheStoreDidNotFlush() throws Exception {
    classPathPrefix = withoutFlush() + System.getProperty("path.separator");

    Map<String, Long> counts = countsAfter(3, 2);

    long lost = sent.get() - counts.size();
    System.out.printf("without the store's flush: %d of %d lost%n", lost, sent.get());
    assertThat(lost).isPositive();
  }

  /** Two instances under load; one is killed or stopped and another one joins, again and again. */
  private Map<String, Long> countsAfter(int kills, int stops) throws Exception {
    Thread load = new Thread(this::load, "load");
    load.start();
    workers.add(worker());
    workers.add(worker());
    for (int i = 0; i < kills + stops; i++) {
      awaitProgress();
      // Spread over the run: a stop after every other kill.
      boolean kill = stops * i / (kills + stops) == stops * (i + 1) / (kills + stops);
      Process victim = workers.remove(0);
      if (kill) {
        victim.destroyForcibly();
      } else {
        victim.destroy();
      }
      assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
      workers.add(worker());
    }
    return countsAtTheEnd(load);
  }

  private Map<String, Long> countsAtTheEnd(Thread load) throws InterruptedException {
    awaitProgress();
    loading.set(false);
    load.join();
    awaitQuiet();
    return topics.predictions().stream()
        .peek(p -> assertThat(p.label()).isEqualTo(ParityModel.label(Long.parseLong(p.imageId()))))
        .collect(groupingBy(Prediction::imageId, counting()));
  }

  private void assertNothingLostOrDoubled(Map<String, Long> counts) {
    System.out.printf(
        "%d images sent, %d predicted, %d duplicated%n",
        sent.get(), counts.size(), counts.values().stream().filter(c -> c > 1).count());
    assertThat(counts)
        .containsOnlyKeys(
            LongStream.range(0, sent.get()).mapToObj(Long::toString).toArray(String[]::new));
    assertThat(counts.values()).containsOnly(1L);
    assertThat(topics.deadLetters()).isEmpty();
  }

  private void load() {
    while (loading.get()) {
      long number = sent.getAndIncrement();
      topics.send(Long.toString(number), ParityModel.image(number));
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / IMAGES_PER_SECOND);
    }
    topics.flush();
  }

  /** Waits until images sent from now on begin to be predicted. */
  private void awaitProgress() {
    long goal = sent.get() + IMAGES_PER_SECOND;
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> topics.predictions().stream().anyMatch(p -> Long.parseLong(p.imageId()) >= goal));
  }

  /** Waits until all have arrived, or nothing more does for longer than any timeout here. */
  private void awaitQuiet() {
    AtomicLong lastCount = new AtomicLong(-1);
    AtomicLong lastChange = new AtomicLong(System.nanoTime());
    await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              long now = topics.predictions().size();
              if (lastCount.getAndSet(now) != now) {
                lastChange.set(System.nanoTime());
              }
              Duration quiet = Duration.ofNanos(System.nanoTime() - lastChange.get());
              Duration enough = Duration.ofSeconds(now >= sent.get() ? 2 : 30);
              return quiet.compareTo(enough) > 0;
            });
  }

  private Process worker() throws IOException {
    Path state = Files.createTempDirectory(directory, "state");
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPathPrefix + System.getProperty("java.class.path"),
            CrashWorker.class.getName(),
            broker.bootstrapServers(),
            "crash.",
            state.toString())
        .redirectErrorStream(true)
        .redirectOutput(state.resolve("log").toFile())
        .start();
  }

  /** Recompiles the store with an empty flush. */
  private Path withoutFlush() throws IOException {
    Path source = Path.of("src/main/java/dev/imprint/pipeline/MicroBatchStore.java");
    String code = Files.readString(source);
    String without = code.replace("batch.flush();", "");
    assertThat(without).isNotEqualTo(code);
    Path changed = Files.createDirectories(directory.resolve("changed"));
    Path file = Files.writeString(changed.resolve("MicroBatchStore.java"), without);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                changed.toString(),
                file.toString());
    assertThat(failed).isZero();
    return changed;
  }
}
