package dev.imprint.benchmark;

import static dev.imprint.benchmark.LearningBenchmarkLatency.format;
import static dev.imprint.benchmark.LearningBenchmarkLatency.table;
import static org.awaitility.Awaitility.await;

import dev.imprint.benchmark.LearningBenchmarkTraffic.Latencies;
import dev.imprint.benchmark.LearningBenchmarkTraffic.Window;
import dev.imprint.event.Topics;
import dev.imprint.leader.Commands;
import dev.imprint.model.Command;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.ManualRollout;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RefusedException;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** The effect of swaps and of fine-tuning on serving ten images a second. */
final class LearningBenchmarkSwaps {
  private static final int SWAPS = 20;
  private static final long SWAP_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long BETWEEN_SWAPS_NS = TimeUnit.SECONDS.toNanos(7);
  private static final long FINE_TUNING_STEADY_NS = TimeUnit.SECONDS.toNanos(45);
  private static final long WARM_UP_SECONDS = 10;
  private static final Duration CHOICE = Duration.ofMinutes(5);
  private static final int MAX_RECORD_BYTES = 2_000_000;
  private static final int KEEP_VERSIONS = 20;

  private final LearningBenchmarkTeacher teacher;

  LearningBenchmarkSwaps(LearningBenchmarkTeacher teacher) {
    this.teacher = teacher;
  }

  /** Part d. */
  String swaps() throws IOException, InterruptedException, RefusedException {
    teacher.first();
    if (teacher.store().models().versions().size() < 2) {
      teacher.service().start(2);
      teacher.retrain();
    }
    return swapsOfNewest() + "Goal: at most 1.05.\n";
  }

  /** Between the two newest versions. */
  private String swapsOfNewest() throws IOException, InterruptedException, RefusedException {
    List<ModelVersion> versions = teacher.store().models().versions();
    List<String> two =
        versions.subList(versions.size() - 2, versions.size()).stream()
            .map(ModelVersion::version)
            .toList();
    OpenBackbones open = new OpenBackbones(teacher.newest().trunkId(), null);
    ManualRollout manualRollout =
        new ManualRollout(teacher.store(), LearningBenchmarkService.APPLICATION, () -> open);
    double before = swapped();
    List<Window> swaps = new ArrayList<>();
    List<Window> steady = new ArrayList<>();
    long deciding = 0;
    try (LearningBenchmarkTraffic traffic = teacher.traffic()) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      ModelVersion serving = teacher.store().models().serving();
      int next = serving != null && two.get(0).equals(serving.version()) ? 1 : 0;
      for (int swap = 0; swap < SWAPS; swap++) {
        long start = System.nanoTime();
        Rollout decided =
            manualRollout.promote(two.get((next + swap) % 2), "benchmark", "to and fro");
        Duration since = Duration.between(decided.at(), Clock.systemUTC().instant());
        long begin = System.nanoTime() - since.toNanos();
        deciding += begin - start;
        swaps.add(new Window(begin, begin + SWAP_NS));
        steady.add(new Window(begin + SWAP_NS, start + BETWEEN_SWAPS_NS));
        TimeUnit.NANOSECONDS.sleep(start + BETWEEN_SWAPS_NS - System.nanoTime());
      }
      traffic.finish();
      return format(
          """
          Two versions are rolled out alternately every %d s, by the same decision as `models promote`,
          made in the benchmark's process. *Swap*: images sent within %d s of a decision; *steady*: later
          ones. Images sent while the benchmark reads and checks its decision, on the same cores, are left
          out (%.1f s each).

          %s
          Swaps by the service's meter: %.0f. Of %d images lost: **%d**, duplicated: **%d**.
          """,
          TimeUnit.NANOSECONDS.toSeconds(BETWEEN_SWAPS_NS),
          TimeUnit.NANOSECONDS.toSeconds(SWAP_NS),
          deciding / 1e9 / SWAPS,
          table("swap", traffic.latencies(swaps), traffic.latencies(steady)),
          swapped() - before,
          traffic.images(),
          traffic.lost(),
          traffic.doubled());
    }
  }

  private double swapped() throws IOException, InterruptedException {
    return teacher.service().metric("imprint_swaps_total");
  }

  /** Part n. */
  String swapsToNetwork() throws IOException, InterruptedException, RefusedException {
    teacher.first();
    boolean learned = teacher.newest().network() != null;
    if (!learned) {
      publishNetwork();
    }
    return "The swaps are between a head of the pretrained network and a version with its own network, %s.\n\n"
            .formatted(learned ? "fine-tuned" : "which has not been trained")
        + swapsOfNewest()
        + "Goal: at most 1.2.\n";
  }

  /** In the leader's place, which comes back; once it has chosen the precision of heads. */
  private void publishNetwork() throws IOException, RefusedException {
    if (TensorFlowRuntime.hasBf16Instructions()) {
      await().atMost(CHOICE).until(() -> teacher.store().models().precision() != null);
    }
    ModelVersion serving = Objects.requireNonNull(teacher.store().models().serving());
    try (Producer<byte[], byte[]> producer =
        teacher
            .clients()
            .transactionalProducer(
                MAX_RECORD_BYTES,
                Publisher.transactionalId(LearningBenchmarkService.APPLICATION))) {
      producer.initTransactions();
      try (Publisher publisher =
          Publisher.open(
              producer,
              teacher.store(),
              new OpenBackbones(serving.trunkId(), null),
              KEEP_VERSIONS,
              Clock.systemUTC())) {
        publisher.publish(
            SwapMemoryBenchmark.tuned(), serving.version(), "benchmark", Publisher.NOTHING_MORE);
      }
    }
  }

  /** Part t. */
  String fineTuning() throws IOException, InterruptedException {
    teacher.first();
    try (LearningBenchmarkTraffic traffic = teacher.traffic();
        Commands commands = Commands.open(teacher.clients(), Topics.DEFAULTS)) {
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      long start = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(FINE_TUNING_STEADY_NS);
      long begin = System.nanoTime();
      LearningBenchmarkLatency.ask(commands, Command.Kind.FINE_TUNE);
      long end = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(FINE_TUNING_STEADY_NS);
      traffic.finish();
      Latencies steady =
          traffic.latencies(
              List.of(new Window(start, begin), new Window(end, end + FINE_TUNING_STEADY_NS)));
      ModelVersion tuned = teacher.newest();
      return format(
          """
          Fine-tuning, %s, on %s: one command, %.0f s in total; *steady*: %d s before and after it.

          %s
          Lost: %d, duplicated: %d. Goal: at most 1.5.
          """,
          tuned.training().device(),
          tuned.training().examples(),
          (end - begin) / 1e9,
          TimeUnit.NANOSECONDS.toSeconds(FINE_TUNING_STEADY_NS),
          table("fine-tuning", traffic.latencies(List.of(new Window(begin, end))), steady),
          traffic.lost(),
          traffic.doubled());
    }
  }
}
