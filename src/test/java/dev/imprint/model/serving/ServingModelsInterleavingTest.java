package dev.imprint.model.serving;

import dev.imprint.model.head.Head;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Model checking with Lincheck: it runs the threads' interleavings one by one, rather than random
 * ones.
 */
@Tag("long")
class ServingModelsInterleavingTest {
  private static final int INTERLEAVINGS = 1_000;

  @Test
  void shouldLetNoCallMeetAClosedHead() {
    Lincheck.runConcurrentTest(INTERLEAVINGS, ServingModelsInterleavingTest::swapUnderTwoBatches);
  }

  private static void swapUnderTwoBatches() {
    ServingModels models = new ServingModels();
    NativeHead first = new NativeHead();
    NativeHead second = new NativeHead();
    models.serve(Lineup.of(first.model()));
    List<Thread> batches =
        List.of(new Thread(() -> classify(models)), new Thread(() -> classify(models)));
    batches.forEach(Thread::start);
    models.serve(Lineup.of(second.model()));
    batches.forEach(ServingModelsInterleavingTest::join);
    if (first.closed != 1 || second.closed != 0) {
      throw new AssertionError("closed %d and %d times".formatted(first.closed, second.closed));
    }
  }

  private static void classify(ServingModels models) {
    try (Lease lease = models.borrow()) {
      Head head = lease.serving().head();
      if (head != null) {
        head.probabilities(new float[1][1]); // fails if the head is closed
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
