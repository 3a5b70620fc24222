package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.Pipeline;
import dev.imprint.pipeline.PipelineConfig;
import dev.imprint.pipeline.PredictionsConfig;
import dev.imprint.pipeline.SamplingConfig;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The buffer working on 3,000 pictures: seconds to embed them, seconds with a warm cache, and the
 * effect on serving ten images a second in the same process. Idle and embedding alternate.
 */
public final class BufferBenchmark {
  private static final int PICTURES = 3_000;
  private static final int PARTITIONS = 4;
  private static final long BETWEEN_IMAGES_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Topics TOPICS = Topics.DEFAULTS;

  private final List<byte[]> pictures;
  private final Clients clients;
  private final KerasBackbone backbone;
  private final TensorFlowImageDecoder decoder;
  private final Path directory;
  private int sent;

  private BufferBenchmark(
      List<byte[]> pictures,
      Clients clients,
      KerasBackbone backbone,
      TensorFlowImageDecoder decoder,
      Path directory) {
    this.pictures = pictures;
    this.clients = clients;
    this.backbone = backbone;
    this.decoder = decoder;
    this.directory = directory;
  }

  /**
   * @param args a folder of pictures, then batch:pause-in-milliseconds for each run
   */
  public static void main(String[] args) throws Exception {
    List<byte[]> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
      for (Path file :
          files.filter(f -> f.toString().endsWith(".jpg")).sorted().limit(PICTURES).toList()) {
        pictures.add(Files.readAllBytes(file));
      }
    }
    Path directory = Files.createTempDirectory("imprint-buffer");
    BackboneDescription description = BackboneDescription.bundled();
    try (var broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        var backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT);
        var decoder =
            new TensorFlowImageDecoder(
                description.pictureInput(), ImageLimits.DEFAULT, TensorFlowConfig.DEFAULT)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      var benchmark = new BufferBenchmark(pictures, clients, backbone, decoder, directory);
      benchmark.fill();
      benchmark.alone();
      benchmark.besideServing(Arrays.stream(args).skip(1).toList());
    }
    System.exit(0);
  }

  private void fill() throws Exception {
    try (Admin admin = clients.admin();
        Producer<byte[], byte[]> producer = clients.producer(16 << 20)) {
      admin
          .createTopics(
              TOPICS.specs(8 << 20).stream()
                  .map(t -> new NewTopic(t.name(), PARTITIONS, (short) 1).configs(t.config()))
                  .toList())
          .all()
          .get();
      List<String> names = TOPICS.specs(8 << 20).stream().map(Topics.Spec::name).toList();
      TopicLogs.await(admin, names, Duration.ofSeconds(30));
      for (int i = 0; i < pictures.size(); i++) {
        byte[] key = Integer.toString(i).getBytes(UTF_8);
        byte[] bytes = pictures.get(i);
        Claim claim = new Claim(TOPICS.images(), 0, i, Sha256.hex(bytes));
        Label label = new Label("" + i, "l" + i % 10, claim, null, "me", Instant.EPOCH, claim);
        producer.send(new ProducerRecord<>(TOPICS.labels(), key, Json.encode(label)));
        producer.send(new ProducerRecord<>(TOPICS.pictures(), key, bytes));
      }
    }
    long bytes = pictures.stream().mapToLong(b -> b.length).sum();
    System.out.printf("%d pictures, %d KB each%n", pictures.size(), bytes / pictures.size() / 1024);
  }

  private void alone() throws InterruptedException {
    Path cache = directory.resolve("alone");
    for (String run : List.of("without a cache", "with a warm cache", "with a warm cache")) {
      long start = System.nanoTime();
      try (Buffer buffer = buffer(BufferConfig.DEFAULTS, cache)) {
        await(buffer::caughtUp);
        System.out.printf(
            "alone, %s: %.2f s, %d examples%n",
            run, (System.nanoTime() - start) / 1e9, buffer.snapshot().examples().size());
      }
    }
  }

  private void besideServing(List<String> runs) throws Exception {
    var config =
        new PipelineConfig(
            "imprint",
            directory.resolve("streams"),
            TOPICS,
            ServingConfig.DEFAULTS,
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    ServingModel model = ServingModel.withoutHead(backbone);
    try (Pipeline pipeline =
            new Pipeline(
                config,
                clients,
                List.of(backbone),
                () -> Lease.of(model),
                () -> LabelChanges.NONE,
                PipelineMetrics.NOOP,
                Clock.systemUTC());
        Producer<byte[], byte[]> producer = clients.producer(16 << 20);
        Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      pipeline.start();
      List<TopicPartition> all =
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new TopicPartition(TOPICS.predictions(), p))
              .toList();
      consumer.assign(all);
      consumer.seekToEnd(all);
      all.forEach(consumer::position);
      serve(producer, consumer, 100);
      for (String run : runs) {
        report("idle", serve(producer, consumer, 200), 0);
        String[] parts = run.split(":");
        int batch = Integer.parseInt(parts[0]);
        var settings = new BufferConfig(5_000, 10, 10_000, batch, Long.parseLong(parts[1]), 0, 0);
        long start = System.nanoTime();
        try (Buffer buffer = buffer(settings, directory.resolve("none"))) {
          TimeUnit.SECONDS.sleep(3); // after reading
          long[] latencies = serve(producer, consumer, 200);
          boolean still = !buffer.caughtUp();
          await(buffer::caughtUp);
          report(run + (still ? "" : " (ended early)"), latencies, System.nanoTime() - start);
        }
      }
    }
  }

  private static void report(String what, long[] sorted, long tookNs) {
    System.out.printf(
        "serving beside %s: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, most %.1f ms; embedded in %.1f"
            + " s%n",
        what,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 95 / 100] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6,
        tookNs / 1e9);
  }

  /** Sorted latencies from sending to receipt, in nanoseconds, at ten images a second. */
  private long[] serve(
      Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer, int images)
      throws InterruptedException {
    int first = sent;
    sent += images;
    long[] at = new long[images];
    Thread sender =
        new Thread(
            () -> {
              long start = System.nanoTime();
              for (int i = 0; i < images; i++) {
                long due = start + i * BETWEEN_IMAGES_NS;
                while (System.nanoTime() < due) {
                  LockSupport.parkNanos(due - System.nanoTime());
                }
                at[i] = System.nanoTime();
                byte[] key = Integer.toString(first + i).getBytes(UTF_8);
                byte[] picture = pictures.get((first + i) % pictures.size());
                producer.send(new ProducerRecord<>(TOPICS.images(), key, picture));
              }
            });
    sender.start();
    long[] took = new long[images];
    for (int left = images; left > 0; ) {
      for (var record : consumer.poll(java.time.Duration.ofMillis(100))) {
        int i = Integer.parseInt(new String(record.key(), UTF_8)) - first;
        took[i] = System.nanoTime() - at[i];
        left--;
      }
    }
    sender.join();
    return LongStream.of(took).sorted().toArray();
  }

  private Buffer buffer(BufferConfig config, Path cache) {
    Buffer buffer =
        new Buffer(
            config,
            clients,
            TOPICS,
            new EmbeddingSource(Backbones.of(backbone), cache),
            BufferMetrics.NOOP);
    buffer.start();
    return buffer;
  }

  private static void await(BooleanSupplier what) throws InterruptedException {
    while (!what.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
