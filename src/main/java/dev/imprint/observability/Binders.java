package dev.imprint.observability;

import dev.imprint.pipeline.part.PipelinePart;
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
 * Binds the meters of the JVM, the process, the log and Kafka to a registry.
 *
 * <p>Thread-safe. Closed by {@link Meters}, which removes the listeners and threads that the
 * binders started.
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
   * Replaces the meters of a part's Kafka Streams and its consumers, producers and admin client;
   * their tag client.id begins with the part's application id. Clients are discovered once a
   * minute, so those of a thread that was just started appear late.
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
