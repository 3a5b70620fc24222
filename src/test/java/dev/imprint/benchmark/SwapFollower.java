package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.UnaskedBackbone;
import dev.imprint.model.serving.Lease;
import dev.imprint.rollout.ModelFollower;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RolloutConfig;
import dev.imprint.rollout.RolloutMetrics;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.javacpp.Pointer;

/**
 * The process whose memory {@link SwapMemoryBenchmark} measures: it only follows the rollout, and
 * runs a batch through a network once it serves.
 */
final class SwapFollower {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BATCH = 24;
  private static final int SIDE = 224; // of the bundled network's input
  private static final Pixels BLACK =
      new Pixels(SIDE, SIDE, new float[SIDE * SIDE * Pixels.CHANNELS]);

  private SwapFollower() {}

  /**
   * Answers, line by line, whether a version serves, and how much memory is used.
   *
   * @param args bootstrap servers, and the kind of backbone: an id and a size, or {@code bundled}
   */
  public static void main(String[] args) throws Exception {
    AtomicReference<String> served = new AtomicReference<>("");
    ModelStore store = SwapMemoryBenchmark.store(args[0]);
    try (Backbone backbone = backbone(args[1]);
        ModelFollower follower =
            new ModelFollower(
                store,
                Backbones.of(backbone),
                null,
                RolloutConfig.DEFAULTS,
                RolloutMetrics.NOOP,
                model -> served.set(model.version()));
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      follower.start();
      String question;
      while ((question = questions.readLine()) != null) {
        System.out.println(
            question.equals("memory") ? memory(backbone) : serves(question, follower, served));
      }
    }
  }

  private static Backbone backbone(String kind) {
    return kind.equals("bundled")
        ? KerasBackbone.open(BackboneDescription.bundled(), TensorFlowConfig.DEFAULT)
        : new NamedBackbone(kind, SwapMemoryBenchmark.DIMENSION);
  }

  private static String serves(
      String version, ModelFollower follower, AtomicReference<String> served)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!version.equals(served.get())) {
      if (System.nanoTime() > deadline) {
        return "missing: " + follower.check().cause();
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    try (Lease lease = follower.borrow()) {
      Backbone its = lease.serving().backbone();
      if (!(its instanceof NamedBackbone)) {
        its.embed(Collections.nCopies(BATCH, BLACK));
      }
    }
    return "serves";
  }

  private static String memory(Backbone backbone) throws IOException, ReflectiveOperationException {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    if (backbone instanceof KerasBackbone) { // with TensorFlow, JavaCPP is loaded
      // Otherwise the largest batch so far counts, which depends on how operations happened to run.
      Method giveBack = Pointer.class.getDeclaredMethod("trimMemory"); // glibc's malloc_trim
      giveBack.setAccessible(true);
      giveBack.invoke(null);
    }
    List<String> parts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS") || line.startsWith("RssAnon")) {
        parts.add(line.replaceAll("\\s+", " "));
      }
    }
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    var memory = ManagementFactory.getMemoryMXBean();
    parts.add("direct buffers %d kB".formatted(direct / 1024));
    parts.add("heap used %d kB".formatted(memory.getHeapMemoryUsage().getUsed() / 1024));
    parts.add("code and metadata %d kB".formatted(memory.getNonHeapMemoryUsage().getUsed() / 1024));
    return String.join(", ", parts);
  }

  /** Classifies nothing. */
  private record NamedBackbone(String id, int dimension) implements UnaskedBackbone {}
}
