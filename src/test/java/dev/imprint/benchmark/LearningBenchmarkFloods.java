package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.benchmark.LearningBenchmarkTraffic.Latencies;
import dev.imprint.benchmark.LearningBenchmarkTraffic.Window;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The effect on serving ten images a second of floods of feedback that matches no image. */
final class LearningBenchmarkFloods {
  private static final int UNKNOWN = 30_000;
  private static final int WRONG_DIGESTS = 6_000;
  private static final int ROUNDS = 2;
  private static final int PARTITIONS = 4;
  private static final int IMAGES_A_PARTITION = 20;
  private static final long WARM_UP_SECONDS = 10;
  private static final long WINDOW_SECONDS = 30;

  private final LearningBenchmarkTeacher teacher;
  private int sent;

  LearningBenchmarkFloods(LearningBenchmarkTeacher teacher) {
    this.teacher = teacher;
  }

  /** Part f. */
  String floods() throws IOException, InterruptedException {
    teacher.service().start(1);
    String rows =
        rows("labels for ids that no image has", UNKNOWN, i -> null)
            + rows("labels by claim with a wrong digest", WRONG_DIGESTS, this::wrongDigest);
    return """
    Feedback sent at once, %d times each; *quiet*: an equal period before each flood. Windows of %d s.

    | | images | p50, ms | p99, ms | max, ms | p99 ratio |
    |---|---|---|---|---|---|
    %s
    Goal: at most 1.5.
    """
        .formatted(ROUNDS, WINDOW_SECONDS, rows);
  }

  private String rows(String what, int records, IntFunction<@Nullable Claim> claim)
      throws InterruptedException {
    List<Window> quiet = new ArrayList<>();
    List<Window> flood = new ArrayList<>();
    try (LearningBenchmarkTraffic traffic = teacher.traffic()) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(WINDOW_SECONDS);
        quiet.add(new Window(start, System.nanoTime()));
        long begin = System.nanoTime();
        send(records, claim);
        long left = begin + TimeUnit.SECONDS.toNanos(WINDOW_SECONDS) - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(left);
        flood.add(new Window(begin, System.nanoTime()));
      }
      traffic.finish();
      Latencies before = traffic.latencies(quiet);
      Latencies during = traffic.latencies(flood);
      return row("quiet", before, 1)
          + row("%,d %s".formatted(records, what), during, during.p99() / before.p99());
    }
  }

  private void send(int records, IntFunction<@Nullable Claim> claim) {
    try (Producer<byte[], byte[]> producer = teacher.clients().producer(1 << 20)) {
      for (int i = 0; i < records; i++) {
        String id = "flood-" + sent++;
        byte[] value =
            FeedbackCodec.encode(
                new Feedback(id, "none", null, claim.apply(i), "benchmark", Why.OTHER, null));
        producer.send(new ProducerRecord<>(Topics.DEFAULTS.feedback(), id.getBytes(UTF_8), value));
      }
    }
  }

  private Claim wrongDigest(int i) {
    return new Claim(
        Topics.DEFAULTS.images(),
        i % PARTITIONS,
        i % IMAGES_A_PARTITION,
        String.format(Locale.ROOT, "%064x", i));
  }

  private static String row(String what, Latencies latencies, double ratio) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.1f | %.1f | %.1f | %.2f |%n",
        what,
        latencies.images(),
        latencies.p50(),
        latencies.p99(),
        latencies.most(),
        ratio);
  }
}
