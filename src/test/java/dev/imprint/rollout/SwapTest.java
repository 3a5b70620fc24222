package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred swaps of a head as large as in production (3,216 numbers, 10 labels). */
@SuppressWarnings("NullAway.Init")
class SwapTest {
  private static final int SWAPS = 100;

  /** Until old versions are deleted as fast as new ones arrive, and the code is compiled. */
  private static final int WARM_UP = 30;

  private static final int DIMENSION = 3216;

  /** In direct buffers. */
  private static final long NOISE_BYTES = 3_000_000;

  @TempDir private Path data;
  private final Map<String, Long> servingAt = new ConcurrentHashMap<>();
  private final List<WeakReference<ServingModel>> served = new CopyOnWriteArrayList<>();
  private EmbeddedBroker broker;
  private TestRegistry registry;
  private Producer<byte[], byte[]> producer;
  private Publisher publisher;
  private ModelFollower follower;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(data, 0);
    registry = TestRegistry.create(broker.bootstrapServers(), "swap.");
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
    follower =
        new ModelFollower(
            registry.store,
            Backbones.of(new Versions.NamedBackbone(Versions.BACKBONE, DIMENSION)),
            null,
            RolloutConfig.DEFAULTS,
            RolloutMetrics.NOOP,
            model -> {
              served.add(new WeakReference<>(model));
              servingAt.put(model.version(), System.nanoTime());
            });
    follower.start();
    TestRegistry.awaitServing(follower, ServingModel.NO_VERSION);
  }

  @AfterEach
  void stop() {
    follower.close();
    publisher.close();
    producer.close();
    broker.close();
  }

  @Test
  @Tag("long")
  void shouldBorrowWholeModelsAloneAndNotGrowWhileAHundredTakeOver() throws Exception {
    AtomicBoolean borrowing = new AtomicBoolean(true);
    CompletableFuture<Integer> borrower = CompletableFuture.supplyAsync(() -> borrow(borrowing));
    String serving = swap(null, 0, WARM_UP, new ArrayList<>());
    Memory before = Memory.now();
    List<Duration> times = new ArrayList<>();

    swap(serving, WARM_UP, WARM_UP + SWAPS, times);

    Memory after = Memory.now();
    borrowing.set(false);
    times.sort(null);
    System.out.printf(
        "%d swaps, begin of commit to serving: p50 %d ms, p99 %d ms; %d models borrowed;%n%s%n%s%n",
        times.size(),
        times.get(SWAPS / 2).toMillis(),
        times.get(SWAPS * 99 / 100).toMillis(),
        borrower.get(),
        before,
        after);
    assertThat(borrower.get()).isGreaterThan(SWAPS / 2);
    // Models are released, except the serving and the last borrowed one. The heap's size would not
    // show that: a broker in the same JVM takes more for its histograms.
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(served).filteredOn(model -> model.get() != null).hasSizeLessThan(4);
            });
    await()
        .untilAsserted(
            () -> assertThat(Memory.now().direct()).isLessThan(before.direct() + NOISE_BYTES));
  }

  /** Publishes a head per seed, each once the previous one serves; returns the last version. */
  private String swap(@Nullable String parent, int from, int to, List<Duration> times)
      throws Exception {
    String serving = parent;
    for (int seed = from; seed < to; seed++) {
      DenseHead head = Versions.head(Versions.BACKBONE, DIMENSION, 10, seed);
      long[] commit = new long[1];
      ModelVersion version =
          publisher.publish(
              Versions.candidate(head, true),
              serving,
              "leader",
              (p, name) -> commit[0] = System.nanoTime());
      serving = version.version();
      TestRegistry.awaitServing(follower, serving);
      // The listener is called a moment after waiters return.
      String now = serving;
      await().until(() -> servingAt.containsKey(now));
      times.add(Duration.ofNanos(servingAt.getOrDefault(now, 0L) - commit[0]));
    }
    return String.valueOf(serving);
  }

  /** Borrows without a pause; returns how many different, complete models were seen. */
  private int borrow(AtomicBoolean borrowing) {
    int seen = 0;
    String last = ServingModel.NO_VERSION;
    while (borrowing.get()) {
      try (Lease lease = follower.borrow()) {
        ServingModel now = lease.serving();
        if (!now.version().equals(last)) {
          seen++;
          if (!(now.head() instanceof DenseHead head) || !Versions.belongs(now.version(), head)) {
            throw new AssertionError("half a model: " + now.version());
          }
          last = now.version();
        }
      }
    }
    return seen;
  }

  /** Memory of this JVM, including the broker, in bytes. */
  private record Memory(long heap, long direct, String resident) {
    static Memory now() throws IOException {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      Path status = Path.of("/proc/self/status");
      String resident =
          Files.exists(status)
              ? Files.readAllLines(status).stream()
                  .filter(line -> line.startsWith("VmRSS"))
                  .findFirst()
                  .orElse("")
              : "";
      return new Memory(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct, resident);
    }
  }
}
