package dev.imprint.app.service;

import static java.util.stream.Collectors.joining;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.broker.BrokerLibraries;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult;
import dev.imprint.observability.Health;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * One instance: opens its parts in order and closes them in reverse. The caller must close it;
 * closing is an orderly stop, with nothing lost.
 */
public final class Service implements AutoCloseable {
  /** Partitions of each topic on an embedded broker. */
  private static final int EMBEDDED_PARTITIONS = 4;

  private final Closer closer = new Closer();
  private final Health health = new Health();
  private ImprintConfig config;
  private int httpPort;

  private Service(ImprintConfig config) {
    this.config = config;
  }

  /**
   * Serves with the configured Kafka; call {@link #requireKafka} first.
   *
   * @throws CommandFailedException if the data directory cannot be used
   */
  public static Service start(ImprintConfig config) throws IOException {
    Service service = new Service(config);
    service.opening(
        () -> {
          service.closer.add(DataDirectory.open(config.data()));
          service.openParts();
        });
    return service;
  }

  /**
   * Checks what {@link #start} needs of Kafka; separate, so that it can be called before anything
   * is logged.
   *
   * @throws CommandFailedException if Kafka does not respond or a topic is missing
   * @throws dev.imprint.event.ClientSettingsException if Kafka cannot be reached with these
   *     settings
   */
  public static void requireKafka(ImprintConfig config) {
    TopicSetup.require(
        config,
        config.topics().specs(config.images().maxBytes()).stream()
            .map(Topics.Spec::name)
            .toArray(String[]::new));
    new Clients(config.kafka()).requireValid();
  }

  /**
   * Starts a broker in this JVM, creates the topics and serves with it.
   *
   * @param bootstrapPort of the broker; 0 for any free one
   */
  public static Service startEmbedded(ImprintConfig config, int bootstrapPort) throws IOException {
    BrokerLibraries.require();
    Service service = new Service(config);
    service.opening(
        () -> {
          service.closer.add(DataDirectory.open(config.data()));
          EmbeddedBroker broker =
              service.closer.add(
                  EmbeddedBroker.start(config.data().resolve("broker"), bootstrapPort));
          service.config = config.withBootstrapServers(broker.bootstrapServers());
          Clients clients = new Clients(service.config.kafka());
          clients.requireValid();
          try (Admin admin = clients.admin()) {
            new TopicSetup(admin, service.config).create(EMBEDDED_PARTITIONS, Optional.empty());
          }
          service.openParts();
        });
    return service;
  }

  /** The configuration, including values decided at startup. */
  public ImprintConfig config() {
    return config;
  }

  public int httpPort() {
    return httpPort;
  }

  /**
   * @throws CommandFailedException if it is not ready within this time; the message has the causes
   */
  public void awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!health.report().ready()) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "the service is not ready after %d s: %s"
                .formatted(patience.toSeconds(), causes(health.report().parts())));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static String causes(Map<String, CheckResult> parts) {
    return parts.entrySet().stream()
        .filter(part -> part.getValue().status() != CheckResult.Status.UP)
        .map(part -> part.getKey() + ": " + part.getValue().cause())
        .collect(joining(", "));
  }

  @Override
  public void close() {
    closer.close();
  }

  private void openParts() throws IOException {
    ServiceParts parts = new ServiceParts(config, closer, health);
    parts.open();
    httpPort = parts.httpPort();
  }

  private interface Opening {
    void run() throws IOException;
  }

  private void opening(Opening steps) throws IOException {
    boolean done = false;
    try {
      steps.run();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }
}
