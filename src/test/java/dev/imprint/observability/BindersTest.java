package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BindersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void shouldShowTheJvmAndTheProcess() {
    try (Binders binders = new Binders(registry)) {
      assertThat(binders).isNotNull();
      assertThat(registry.scrape())
          .contains("jvm_memory_used_bytes{area=\"heap\"")
          .contains("jvm_threads_live_threads ")
          .contains("jvm_classes_loaded_classes ")
          .contains("jvm_gc_")
          .contains("jvm_info{")
          .contains("process_cpu_usage ")
          .contains("process_uptime_seconds ")
          .contains("process_files_open_files ");
    }
  }

  @Test
  void shouldCountLogLinesUntilItIsClosed() {
    Binders binders = new Binders(registry);
    double before = warnings();
    LoggerFactory.getLogger(BindersTest.class).warn("one that counts");
    assertThat(warnings()).isEqualTo(before + 1);

    binders.close();
    LoggerFactory.getLogger(BindersTest.class).warn("one that does not");

    assertThat(warnings()).isEqualTo(before + 1);
  }

  private double warnings() {
    return registry.get("logback.events").tag("level", "warn").functionCounter().count();
  }
}
