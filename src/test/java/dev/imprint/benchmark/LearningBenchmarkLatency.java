package dev.imprint.benchmark;

import static org.awaitility.Awaitility.await;

import dev.imprint.benchmark.LearningBenchmarkTraffic.Latencies;
import dev.imprint.benchmark.LearningBenchmarkTraffic.Window;
import dev.imprint.event.Topics;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.ModelVersion;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The effect of training, of embedding and of the page on serving ten images a second. */
final class LearningBenchmarkLatency {
  private static final int ROUNDS = 3;
  private static final long ROUND_NS = TimeUnit.SECONDS.toNanos(20);
  private static final long WARM_UP_SECONDS = 10;
  private static final int BROWSERS = 10;

  /** Starts without a cache, each with about ten seconds of embedding. */
  private static final int STARTS = 5;

  private static final long START_SECONDS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String HEADER =
      """
      | | images | p50, ms | p99, ms | max, ms | p99 ratio |
      |---|---|---|---|---|---|
      """;

  private final LearningBenchmarkTeacher teacher;

  LearningBenchmarkLatency(LearningBenchmarkTeacher teacher) {
    this.teacher = teacher;
  }

  /** Part w. */
  String whileWatched() throws IOException, InterruptedException {
    teacher.first();
    List<Window> watched = new ArrayList<>();
    List<Window> steady = new ArrayList<>();
    int thumbnails = 0;
    try (LearningBenchmarkTraffic traffic = teacher.traffic()) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(ROUND_NS);
        steady.add(new Window(start, System.nanoTime()));
        try (var browsers = LearningBenchmarkBrowsers.open(BROWSERS, teacher.service().page())) {
          long opened = System.nanoTime();
          TimeUnit.NANOSECONDS.sleep(ROUND_NS);
          watched.add(new Window(opened, System.nanoTime()));
          thumbnails += browsers.thumbnails();
        }
      }
      traffic.finish();
      return format(
          """
          %d browsers with the Watch view open send their requests for %d s, alternating with equal periods
          without them, %d times. They received %d thumbnails.

          %s
          Lost: %d, duplicated: %d. Goal: at most 1.2.

          """,
          BROWSERS,
          TimeUnit.NANOSECONDS.toSeconds(ROUND_NS),
          ROUNDS,
          thumbnails,
          table("watched", traffic.latencies(watched), traffic.latencies(steady)),
          traffic.lost(),
          traffic.doubled());
    }
  }

  /** Part e. */
  String whileTraining() throws IOException, InterruptedException {
    teacher.first();
    List<Window> training = new ArrayList<>();
    List<Window> steady = new ArrayList<>();
    int runs = 0;
    try (LearningBenchmarkTraffic traffic = teacher.traffic();
        Commands commands = Commands.open(teacher.clients(), Topics.DEFAULTS)) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(ROUND_NS);
        long between = System.nanoTime();
        while (System.nanoTime() < between + ROUND_NS) {
          ask(commands, Command.Kind.RETRAIN);
          runs++;
        }
        steady.add(new Window(start, between));
        training.add(new Window(between, System.nanoTime()));
      }
      traffic.finish();
      double ran = training.stream().mapToLong(w -> w.to() - w.from()).sum() / 1e9;
      ModelVersion last = teacher.newest();
      return format(
          """
          Training, %s: commands to retrain on %s, one after the other for at least %d s, alternating with
          equal periods without training, %d times. %d runs took %.1f s each, including judging, publishing
          and swapping; the last one spent %.1f s of that on training.

          %s
          Lost: %d, duplicated: %d. Goal: at most 1.5.
          """,
          last.training().device(),
          last.training().examples(),
          TimeUnit.NANOSECONDS.toSeconds(ROUND_NS),
          ROUNDS,
          runs,
          ran / runs,
          last.training().seconds(),
          table("training", traffic.latencies(training), traffic.latencies(steady)),
          traffic.lost(),
          traffic.doubled());
    }
  }

  /** Like {@code imprint retrain --wait}, without another process next to the measured one. */
  static void ask(Commands commands, Command.Kind kind) throws InterruptedException {
    Instant now = Clock.systemUTC().instant();
    String id = UUID.randomUUID().toString();
    commands.send(new Command(id, kind, null, null, true, now, now.plus(PATIENCE), "benchmark"));
    Answer answer;
    do {
      Optional<Answer> next = Optional.empty();
      while (next.isEmpty()) {
        if (Clock.systemUTC().instant().isAfter(now.plus(PATIENCE))) {
          throw new IllegalStateException("no answer to a command: " + kind);
        }
        next = commands.next(id);
      }
      answer = next.get();
    } while (answer.state() == Answer.State.RUNNING);
    if (answer.state() == Answer.State.FAILED) {
      throw new IllegalStateException(answer.message());
    }
  }

  /** Part b. */
  String whileEmbedding() throws IOException, InterruptedException {
    teacher.first();
    double examples = examples();
    List<Window> embedding = new ArrayList<>();
    List<Window> steady = new ArrayList<>();
    // One stream across the restarts: images wait meanwhile, and are not in a window.
    try (LearningBenchmarkTraffic traffic = teacher.traffic()) {
      for (int round = 0; round < STARTS; round++) {
        teacher.service().forgetEmbeddings();
        teacher.service().start(1);
        TimeUnit.SECONDS.sleep(START_SECONDS);
        long start = System.nanoTime();
        await().atMost(PATIENCE).until(() -> examples() >= examples);
        long end = System.nanoTime();
        embedding.add(new Window(start, end));
        TimeUnit.NANOSECONDS.sleep(ROUND_NS);
        steady.add(new Window(end, end + ROUND_NS));
      }
      traffic.finish();
      double seconds = embedding.stream().mapToLong(w -> w.to() - w.from()).sum() / 1e9;
      return format(
          """
          The service embeds the whole buffer (%.0f pictures), as after a start without a cache, %d times,
          each followed by %d s without embedding. The first %d s after a start are not counted; on average,
          %.1f s of embedding were left after that.

          %s
          Lost: %d, duplicated: %d, although the service was restarted %d times.
          """,
          examples,
          STARTS,
          TimeUnit.NANOSECONDS.toSeconds(ROUND_NS),
          START_SECONDS,
          seconds / STARTS,
          table("embedding", traffic.latencies(embedding), traffic.latencies(steady)),
          traffic.lost(),
          traffic.doubled(),
          STARTS);
    }
  }

  private double examples() throws IOException, InterruptedException {
    return teacher.service().metric("imprint_buffer_examples");
  }

  static String table(String what, Latencies busy, Latencies steady) {
    return HEADER + row(what, busy, busy.p99() / steady.p99()) + row("steady", steady, 1);
  }

  private static String row(String what, Latencies latencies, double ratio) {
    return format(
        "| %s | %d | %.1f | %.1f | %.1f | %.2f |%n",
        what, latencies.images(), latencies.p50(), latencies.p99(), latencies.most(), ratio);
  }

  static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
