package dev.imprint.observability;

import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of the service, part by part. Parts are checked at each call, so their checks must
 * answer from memory. Thread-safe.
 */
public final class Health {
  /**
   * All parts at a given moment.
   *
   * @param status the worst of the parts' states
   * @param live false only if a restart helps, whatever is broken
   * @param ready true if it serves
   * @param parts in the order in which they were added
   */
  public record Report(Status status, boolean live, boolean ready, Map<String, CheckResult> parts) {
    public Report {
      parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }
  }

  private record HealthPart(String name, Supplier<CheckResult> check, boolean essential) {}

  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  private final List<HealthPart> parts = new CopyOnWriteArrayList<>();
  private @Nullable MeterRegistry registry; // guarded by this

  /**
   * Exposes each part, including those added later, as {@code imprint.health}, and readiness as
   * {@code imprint.ready}, so that alerts see what people read at {@code /health}.
   *
   * @param registry closed by the caller
   */
  public synchronized void bindTo(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("imprint.ready", () -> report().ready() ? 1 : 0)
        .description("1 while the service is ready, otherwise 0.")
        .register(registry);
    parts.forEach(part -> show(part, registry));
  }

  private static void show(HealthPart part, MeterRegistry registry) {
    Gauge.builder("imprint.health", () -> degree(check(part).status()))
        .description(
            "Health of a part of the service: 1 up, 0.5 degraded, 0 down; /health gives"
                + " the cause.")
        .tag("part", part.name())
        .register(registry);
  }

  private static double degree(Status status) {
    return switch (status) {
      case UP -> 1;
      case DEGRADED -> 0.5;
      case DOWN -> 0;
    };
  }

  /**
   * Adds a part that the service can serve without.
   *
   * @throws IllegalArgumentException if there is a part of this name
   */
  public void add(String name, Supplier<CheckResult> check) {
    add(new HealthPart(name, check, false));
  }

  /**
   * Adds a part without which the service is not ready.
   *
   * @throws IllegalArgumentException if there is a part of this name
   */
  public void addEssential(String name, Supplier<CheckResult> check) {
    add(new HealthPart(name, check, true));
  }

  private synchronized void add(HealthPart added) {
    if (parts.stream().anyMatch(part -> part.name().equals(added.name()))) {
      throw new IllegalArgumentException(
          "there is already a part named '%s'".formatted(added.name()));
    }
    parts.add(added);
    if (registry != null) {
      show(added, registry);
    }
  }

  public Report report() {
    Status worst = Status.UP;
    boolean live = true;
    boolean ready = true;
    Map<String, CheckResult> results = new LinkedHashMap<>();
    for (HealthPart part : parts) {
      CheckResult result = check(part);
      results.put(part.name(), result);
      worst = result.status().compareTo(worst) > 0 ? result.status() : worst;
      live &= !result.restartHelps();
      ready &= !(part.essential() && result.status() == Status.DOWN);
    }
    return new Report(worst, live, ready, results);
  }

  /** A part whose check fails must not hide the others. */
  private static CheckResult check(HealthPart part) {
    try {
      return part.check().get();
    } catch (RuntimeException e) {
      LOG.warn("The health check of '{}' failed", part.name(), e);
      return CheckResult.down("its check failed: " + e);
    }
  }
}
