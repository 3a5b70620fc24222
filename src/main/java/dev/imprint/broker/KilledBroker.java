package dev.imprint.broker;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * The broker that was killed while it used a directory. The metadata there still has it as the
 * leader of all partitions, and the controller takes it for alive for 9 s more; then the partitions
 * have no leader until the new broker is registered. Kafka 4.3.1 treats such a partition as deleted
 * ({@code KRaftMetadataCache.getPartitionLeaderEndpoint}): a coordinator that finds a transaction
 * to be ended in its log omits its markers, and read-committed readers wait there forever. So the
 * killed broker is fenced before the new one starts, which then need not wait for it either.
 */
final class KilledBroker {
  private static final Duration SESSION = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private KilledBroker() {}

  /** Whether a broker has used this directory and was not shut down in order. */
  static boolean left(Path data) {
    return Files.exists(data.resolve("meta.properties"))
        && Files.exists(data.resolve("recovery-point-offset-checkpoint"))
        && Files.notExists(data.resolve(".kafka_cleanshutdown"));
  }

  /**
   * Runs a controller alone, with a short session, until it has fenced the broker.
   *
   * @param settings of the new broker, which also is the controller
   * @return false if there was none to fence within 10 s: killed before it had been registered
   */
  static boolean fence(Map<String, Object> settings) {
    Map<String, Object> alone = new HashMap<>(settings);
    alone.put("process.roles", "controller");
    String all = String.valueOf(settings.get("listeners"));
    alone.put("listeners", all.substring(all.indexOf("CONTROLLER:")));
    alone.remove("advertised.listeners");
    alone.put("broker.session.timeout.ms", Long.toString(SESSION.toMillis()));
    alone.put("broker.heartbeat.interval.ms", Long.toString(SESSION.toMillis() / 2));
    KafkaRaftServer controller = new KafkaRaftServer(new KafkaConfig(alone, false), Time.SYSTEM);
    try {
      controller.startup();
      return awaitFenced();
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static boolean awaitFenced() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (fenced() == 0) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
      return true;
    } catch (JMException e) {
      throw new IllegalStateException("Kafka does not count the brokers that it has fenced", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int fenced() throws JMException {
    ObjectName count =
        new ObjectName("kafka.controller:type=KafkaController,name=FencedBrokerCount");
    return (int) ManagementFactory.getPlatformMBeanServer().getAttribute(count, "Value");
  }
}
