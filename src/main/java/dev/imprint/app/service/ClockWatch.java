package dev.imprint.app.service;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.model.CheckResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the brokers' clock with ours every few minutes, and reports drift in health: a broker
 * refuses records stamped an hour ahead of it, and then nothing is classified any more. The caller
 * must close it; only its own thread talks to Kafka.
 */
final class ClockWatch implements AutoCloseable {
  private static final long EVERY_SECONDS = 300;

  /** No clock set by NTP is that far off, and it is well within the brokers' hour. */
  private static final Duration TOLERABLE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  private final ImprintConfig config;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "imprint-clock"));
  private volatile CheckResult result = CheckResult.UP;

  ClockWatch(ImprintConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  void start() {
    thread.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /** Asks Kafka once; if it does not respond, other parts of health report that. */
  void look() {
    try (Admin admin = KafkaAddress.admin(config)) {
      new BrokersClock(new TopicSetup(admin, config), clock).ahead().ifPresent(this::compared);
    } catch (KafkaException | CommandFailedException e) {
      LOG.debug("Could not compare this machine's clock with the brokers'", e);
    }
  }

  private void compared(Duration ahead) {
    if (ahead.abs().compareTo(TOLERABLE) <= 0) {
      result = CheckResult.UP;
      return;
    }
    String cause =
        ("this machine's clock is %d s %s the brokers': they refuse records stamped more than an"
                + " hour ahead of their own clock (message.timestamp.after.max.ms), and the"
                + " measured latency is wrong; synchronize both by NTP")
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "ahead of" : "behind");
    if (!result.cause().equals(cause)) {
      LOG.warn("Clock: {}", cause);
    }
    result = CheckResult.degraded(cause);
  }

  CheckResult check() {
    return result;
  }

  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(10, TimeUnit.SECONDS);
  }
}
