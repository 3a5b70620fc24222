package dev.imprint.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Plays a simulation by its seeds, without the product's log. */
public final class Seeds implements BeforeAllCallback, AfterAllCallback {
  /** One schedule. */
  public interface Simulation {
    /** The violation; null if there is none. */
    @Nullable String play(long seed);
  }

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.imprint");
  private @Nullable Level level;

  @Override
  public void beforeAll(ExtensionContext context) {
    level = LOG.getLevel();
    LOG.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LOG.setLevel(level);
  }

  /**
   * Requires that no seed finds a violation.
   *
   * @param to exclusive
   */
  public void requireNone(long from, long to, Simulation simulation, TestReporter reporter) {
    long start = System.nanoTime();
    for (long seed = from; seed < to; seed++) {
      assertThat(simulation.play(seed)).as("seed %d", seed).isNull();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    reporter.publishEntry("schedules per second", "%.0f".formatted((to - from) / seconds));
  }

  /**
   * Requires that one of the seeds finds a planted fault.
   *
   * @param to exclusive
   */
  public void requireOne(
      long from, long to, String fault, Simulation simulation, TestReporter reporter) {
    for (long seed = from; seed < to; seed++) {
      String violation = simulation.play(seed);
      if (violation != null) {
        String first = violation.lines().findFirst().orElse("");
        reporter.publishEntry(fault, "seed %d: %s".formatted(seed, first));
        return;
      }
    }
    fail(fault + " is not found");
  }
}
