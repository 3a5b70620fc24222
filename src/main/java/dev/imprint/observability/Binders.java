package dev.imprint.observability;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM, the process, the log and Kafka tell of themselves, bound to a registry.
 *
 * <p>Safe for use by several threads at once. Closing it removes listeners and threads that the
 * binders started; {@link Meters} does.
 */
final class Binders implements AutoCloseable {
  private final MeterRegistry registry;
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final LogbackMetrics logback = new LogbackMetrics();
  private @Nullable KafkaStreamsMetrics kafka; // guarded by this

  Binders(MeterRegistry registry) {
    this.registry = registry;
    List<MeterBinder> binders =
        List.of(
            gc,
            logback,
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            new FileDescriptorMetrics());
    binders.forEach(binder -> binder.bindTo(registry));
  }

  /**
   * Shows Kafka Streams and its consumers, producers and admin client in place of those before.
   * They are looked for once a minute, so those of a thread that was just started are late.
   */
  synchronized void kafka(KafkaStreams streams) {
    closeKafka();
    kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
  }

  private void closeKafka() {
    if (kafka != null) {
      kafka.close();
      kafka = null;
    }
  }

  @Override
  public synchronized void close() {
    closeKafka();
    gc.close();
    logback.close();
  }
}
