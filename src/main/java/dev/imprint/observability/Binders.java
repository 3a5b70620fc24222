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
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;

/**
 * What the JVM, the process, the log and Kafka tell of themselves, bound to a registry.
 *
 * <p>Used by the thread that wires the service. Closing it removes listeners and threads that the
 * binders started; whoever made it closes it, before the registry and after Kafka Streams.
 */
public final class Binders implements AutoCloseable {
  private final MeterRegistry registry;
  private final List<AutoCloseable> open = new ArrayList<>();

  public Binders(MeterRegistry registry) {
    this.registry = registry;
    JvmGcMetrics gc = new JvmGcMetrics();
    LogbackMetrics logback = new LogbackMetrics();
    open.add(gc);
    open.add(logback);
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
   * Adds the meters of Kafka Streams and of its consumers, producers and admin client. They are
   * looked for once a minute, so those of a thread that was just started are late.
   */
  public void kafka(KafkaStreams streams) {
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    open.add(metrics);
    metrics.bindTo(registry);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable binder : open) {
      binder.close();
    }
    open.clear();
  }
}
