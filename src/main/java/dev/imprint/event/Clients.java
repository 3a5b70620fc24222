package dev.imprint.event;

import dev.imprint.model.InvalidSettingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Opens Kafka clients, so that the user's settings (TLS, SASL, timeouts) reach every one of them.
 * Keys and values are bytes, which the codecs interpret. The caller must close each client. If one
 * cannot be opened, that is a {@link ClientSettingsException}.
 *
 * <p>Open for subclasses, so that a test can simulate Kafka.
 */
public class Clients {
  private static final Map<String, Object> PROMPT =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000,
          ProducerConfig.LINGER_MS_CONFIG, 0,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);

  private static final Map<String, Object> PERSISTENT =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000,
          ProducerConfig.LINGER_MS_CONFIG, 0,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);

  private static final int ADMIN_TIMEOUT_MS = 10_000;

  /** With Kafka's default, images on a new partition would wait for up to five minutes. */
  private static final int METADATA_MAX_AGE_MS = 15_000;

  private static final long DEFAULT_BUFFER_MEMORY = 32 * 1024 * 1024;

  /** Closing tells the broker that nothing more is fetched, and would wait for its answer. */
  private static final Duration PROMPT_CLOSE = Duration.ofSeconds(1);

  /** Kafka's default. */
  private static final Duration CLOSE = Duration.ofSeconds(30);

  /** Less often than Kafka's default; see {@link #memberBackoffMs}. */
  private static final String MEMBER_BACKOFF_MS = "300";

  private final KafkaConfig config;

  /**
   * @throws InvalidSettingException if a required password is not set
   */
  public Clients(KafkaConfig config) {
    new SaslSettings(config.properties()).require();
    this.config = config;
  }

  public KafkaConfig config() {
    return config;
  }

  /**
   * The properties of every client: a metadata age that the user's properties may override, the
   * user's properties, the servers, and {@code own}, which overrides them all.
   */
  public Map<String, Object> properties(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>();
    all.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    all.putAll(config.properties());
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    all.putAll(own);
    return all;
  }

  /**
   * {@code retry.backoff.ms} of consumer group members, unless the user's properties have another:
   * their heartbeat threads wake up this often to see whether a heartbeat is due.
   */
  public String memberBackoffMs() {
    return config
        .properties()
        .getOrDefault(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, MEMBER_BACKOFF_MS);
  }

  /**
   * Opens a client of each kind and closes it, so that a wrong setting stops the service when it
   * starts, rather than whenever the first such client is needed.
   *
   * @throws ClientSettingsException if there is one
   */
  public void requireValid() {
    admin().close(Duration.ZERO);
    consumer(Map.of()).close(CloseOptions.timeout(Duration.ZERO));
    producer(0).close(Duration.ZERO);
  }

  /**
   * A client that gives up after 10 seconds, not 60, unless the user's properties say otherwise.
   */
  public Admin admin() {
    Map<String, Object> all = properties(Map.of());
    String request = AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG;
    String call = AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG;
    if (!all.containsKey(request) && !all.containsKey(call)) {
      all.put(request, ADMIN_TIMEOUT_MS);
      all.put(call, ADMIN_TIMEOUT_MS);
    }
    return open("admin client", () -> Admin.create(all));
  }

  /** A consumer of committed records only, starting where {@code own} says. */
  public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
    Map<String, Object> all = properties(Map.of());
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.putAll(own);
    // A caller who does not wait for answers does not wait for a goodbye either.
    boolean prompt = own.containsKey(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    return open("consumer", () -> new UndisturbedConsumer(all, prompt ? PROMPT_CLOSE : CLOSE));
  }

  /** The same for a caller who waits: it gives up after this time, and creates no topic. */
  public Consumer<byte[], byte[]> promptConsumer(Duration patience, Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(own);
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    return consumer(all);
  }

  /**
   * Closes in an interrupted thread too, briefly, and leaves it interrupted: otherwise Kafka gives
   * up in the middle and logs that with a stack trace.
   */
  private static final class UndisturbedConsumer extends KafkaConsumer<byte[], byte[]> {
    private final Duration closing;

    UndisturbedConsumer(Map<String, Object> properties, Duration closing) {
      super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.closing = closing;
    }

    @Override
    public void close() {
      boolean interrupted = Thread.interrupted();
      try {
        super.close(CloseOptions.timeout(interrupted ? PROMPT_CLOSE : closing));
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /**
   * Why a consumer that polls cannot read from Kafka, such as "no connection to Kafka"; null if it
   * can. Known locally. A connection alone may be one to a broker that hangs; but a consumer that
   * waits for records gets an answer twice a second, even if there are none, and a member of a
   * group more often than its session times out. So no answer within the time that Kafka's rates
   * look back (a minute, {@code metrics.num.samples} times {@code metrics.sample.window.ms}) means
   * trouble.
   *
   * @param metrics the consumer's, or those of Kafka Streams with several of them
   */
  public static @Nullable String trouble(Map<MetricName, ? extends Metric> metrics) {
    if (!isAnyPositive(metrics, "connection-count")) {
      return "no connection to Kafka";
    }
    return isAnyPositive(metrics, "response-rate")
        ? null
        : "connected to Kafka, which does not answer";
  }

  private static boolean isAnyPositive(Map<MetricName, ? extends Metric> metrics, String name) {
    return metrics.values().stream()
        .filter(
            metric ->
                metric.metricName().name().equals(name)
                    && metric.metricName().group().equals("consumer-metrics")
                    && !isIdle(metric.metricName()))
        .anyMatch(metric -> metric.metricValue() instanceof Number n && n.doubleValue() > 0);
  }

  /** How often Kafka has answered a consumer; known locally. */
  public static double answers(Map<MetricName, ? extends Metric> metrics) {
    return metrics.values().stream()
        .filter(
            metric ->
                metric.metricName().name().equals("response-total")
                    && metric.metricName().group().equals("consumer-metrics"))
        .mapToDouble(metric -> metric.metricValue() instanceof Number n ? n.doubleValue() : 0)
        .sum();
  }

  /** All partitions of a topic, according to the consumer's metadata. */
  public static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /**
   * Assigns partitions added to the topics that a consumer follows, according to its metadata: from
   * the beginning, because all their records are new.
   */
  public static void followAdded(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    List<TopicPartition> added =
        all.stream()
            .map(TopicPartition::topic)
            .distinct()
            .flatMap(topic -> partitions(consumer, topic).stream())
            .filter(partition -> !all.contains(partition))
            .toList();
    if (!added.isEmpty()) {
      all.addAll(added);
      consumer.assign(all);
      consumer.seekToBeginning(added);
    }
  }

  /** Kafka Streams polls its restore consumers only at startup, so they miss later changes. */
  private static boolean isIdle(MetricName name) {
    return name.tags().getOrDefault("client-id", "").endsWith("-restore-consumer");
  }

  /**
   * An idempotent producer.
   *
   * @param maxRecordBytes size of the largest record that it sends
   */
  public Producer<byte[], byte[]> producer(int maxRecordBytes) {
    return producer(maxRecordBytes, Map.of());
  }

  /** A transactional producer; of two with the same id, the newer fences the older. */
  public Producer<byte[], byte[]> transactionalProducer(int maxRecordBytes, String id) {
    return producer(maxRecordBytes, Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id));
  }

  /** The same for a caller who waits: it gives up after seven seconds at most. */
  public Producer<byte[], byte[]> promptProducer(int maxRecordBytes) {
    return producer(maxRecordBytes, PROMPT);
  }

  /**
   * The same for a caller who tries again: it sends the records that it has accepted in order and
   * once, if Kafka is away for less than ten minutes. It accepts none before it has reached Kafka.
   */
  public Producer<byte[], byte[]> persistentProducer(int maxRecordBytes) {
    return producer(maxRecordBytes, PERSISTENT);
  }

  private Producer<byte[], byte[]> producer(int maxRecordBytes, Map<String, ?> own) {
    Map<String, Object> all = properties(Map.of());
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes);
    // Room for a few of the largest records; otherwise sending would wait forever for memory.
    all.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(DEFAULT_BUFFER_MEMORY, 2L * maxRecordBytes));
    all.putAll(own);
    return open(
        "producer",
        () -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * Kafka's own errors quote refused values, which may be passwords: the properties' values are
   * removed, and so is the cause.
   */
  @SuppressWarnings("UnusedException")
  private <T> T open(String what, Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      String reason = String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
      for (Map.Entry<String, String> property : config.properties().entrySet()) {
        if (!property.getValue().isEmpty()) {
          reason = reason.replace(property.getValue(), "(value of " + property.getKey() + ")");
        }
      }
      throw new ClientSettingsException(what, reason);
    }
  }
}
