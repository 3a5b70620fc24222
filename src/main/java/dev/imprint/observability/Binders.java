package dev.imprint.observability;

import dev.imprint.pipeline.PipelinePart;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;

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
  private final Map<PipelinePart, KafkaStreamsMetrics> kafka =
      new EnumMap<>(PipelinePart.class); // guarded by this

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
   * Shows a part's Kafka Streams and its consumers, producers and admin client in place of those
   * before; their tag client.id begins with the part's application id. They are looked for once a
   * minute, so those of a thread that was just started are late.
   */
  synchronized void kafka(PipelinePart part, KafkaStreams streams) {
    KafkaStreamsMetrics before = kafka.remove(part);
    if (before != null) {
      before.close();
    }
    KafkaStreamsMetrics now = new KafkaStreamsMetrics(streams);
    kafka.put(part, now);
    now.bindTo(registry);
  }

  @Override
  public synchronized void close() {
    kafka.values().forEach(KafkaStreamsMetrics::close);
    gc.close();
    logback.close();
  }
}
