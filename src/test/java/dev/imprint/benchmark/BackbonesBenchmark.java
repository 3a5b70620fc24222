package dev.imprint.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.BackboneInspection;
import dev.imprint.tensorflow.BackboneRun;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Networks of keras.applications in full width with random weights, and the bundled backbone: how
 * long they take in Keras' own {@code predict}, here, and in the service. Each is measured in a
 * process of its own, one after another, on the same cores. {@code bin/benchmark-backbones} runs
 * it.
 */
public final class BackbonesBenchmark {
  private static final String BUNDLED = "EfficientNet-Lite0";
  private static final Path BUNDLED_YAML = Path.of("backbones/efficientnet-lite0.yaml");
  private static final String KERAS = "src/test/python/keras_backbones.py";
  private static final List<String> ALL =
      List.of("VGG16", "ResNet50", "InceptionV3", "MobileNet", "EfficientNetB0", BUNDLED);
  private static final List<String> PICTURES =
      List.of("rotated.jpg", "gray-progressive.jpg", "palette.png");

  /** How long serving is measured, if the network were all that takes time. */
  private static final double SERVING_MS = 8_000;

  private static final int LEAST_SERVED = 48;
  private static final int MOST_SERVED = 960;

  private final String python;
  private final Path folder;
  private final Clients clients;
  private final StringBuilder rows = new StringBuilder();

  private BackbonesBenchmark(String python, Path folder, Clients clients) {
    this.python = python;
    this.folder = folder;
    this.clients = clients;
  }

  /**
   * @param args a Python with Keras, the file to write, and networks; without networks it measures
   *     all and writes the file
   */
  public static void main(String[] args) throws Exception {
    List<String> networks = List.of(args).subList(2, args.length);
    if (!ALL.containsAll(networks)) {
      System.err.println("benchmark-backbones: networks are " + String.join(", ", ALL));
      System.exit(2);
    }
    Path folder = Files.createTempDirectory("imprint-benchmark");
    String report;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      var benchmark = new BackbonesBenchmark(args[0], folder, clients);
      for (String network : networks.isEmpty() ? ALL : networks) {
        benchmark.measure(network);
      }
      report = benchmark.report();
    } finally {
      LearningBenchmarkService.delete(folder);
    }
    System.out.print(report);
    if (networks.isEmpty()) {
      BenchmarksFile.write(Path.of(args[1]), report);
    }
    System.exit(0);
  }

  private void measure(String network) throws Exception {
    run(python, KERAS, "make", folder.toString(), network);
    Path yaml = describe(network);
    JsonNode keras = last(run(python, KERAS, "measure", folder.toString(), network));
    row(network, "Keras `predict`", keras, keras);
    double batchMs = 0;
    for (BackboneRun.Mode mode : BackboneRun.Mode.values()) {
      if (mode != BackboneRun.Mode.BF16 || TensorFlowRuntime.probe().hasBf16()) {
        JsonNode ours = last(run(java(network, yaml, mode)));
        row("", mode.name().toLowerCase(Locale.ROOT), ours, keras);
        batchMs = mode == BackboneRun.Mode.FOLDED ? ours.path("batch_ms").asDouble() : batchMs;
      }
    }
    int images = (int) Math.max(LEAST_SERVED, Math.min(MOST_SERVED, SERVING_MS / batchMs));
    served(serve(network, yaml, images), keras);
    Files.delete(folder.resolve(network + ".keras"));
  }

  /** Like {@code backbone inspect --write}. */
  private Path describe(String network) throws IOException {
    Path file = folder.resolve(network + ".keras");
    if (network.equals(BUNDLED)) {
      Path bundled = Path.of(BackboneDescription.load(BUNDLED_YAML).file());
      Files.copy(bundled, file, StandardCopyOption.REPLACE_EXISTING);
      return BUNDLED_YAML;
    }
    Path yaml = folder.resolve(network + ".yaml");
    return Files.writeString(
        yaml,
        BackboneInspection.of(file.toUri(), 0)
            .describe(file.toUri(), BackboneInspection.Features.LAST));
  }

  private String[] java(String network, Path yaml, BackboneRun.Mode mode) {
    return new String[] {
      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.maxBytes=0",
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
      "-cp",
      System.getProperty("java.class.path"),
      BackboneRun.class.getName(),
      yaml.toString(),
      folder.resolve(network + ".bin").toString(),
      folder.resolve(network + ".keras.bin").toString(),
      mode.name()
    };
  }

  private PeerRun.Result serve(String network, Path yaml, int images) throws Exception {
    BackboneDescription description = BackboneDescription.load(yaml);
    int dimension = BackboneInspection.of(description.file(), 0).embeddingSize();
    List<String> ids = description.ids(); // the last one is that of the last layer alone
    Path head = folder.resolve(network + ".head");
    try (OutputStream out = Files.newOutputStream(head)) {
      HeadFile.write(ServingBenchmark.head(ids.get(ids.size() - 1), dimension), out);
    }
    Topics topics = new Topics(network.toLowerCase(Locale.ROOT) + ".");
    Peer imprint = new ImprintPeer(network, head, folder.resolve("states"), yaml);
    var load = new PeerRun.Load(pictures(), images, List.of());
    return new PeerRun(clients, topics, imprint).measure(load);
  }

  private static List<byte[]> pictures() throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (String picture : PICTURES) {
      try (InputStream in = BackboneRun.class.getResourceAsStream("/pictures/" + picture)) {
        pictures.add(in.readAllBytes());
      }
    }
    return pictures;
  }

  private void row(String network, String what, JsonNode figures, JsonNode keras) {
    if (figures.has("refused")) {
      add("| %s | %s | refused: %s | | | | | |", network, what, figures.get("refused").asText());
      return;
    }
    double batchMs = figures.path("batch_ms").asDouble();
    add(
        "| %s | %s | %.1f | %d | %.1f | %.2f | %.2f | %s |",
        network,
        what,
        figures.path("load_seconds").asDouble(),
        figures.path("memory_mib").asLong(),
        figures.path("alone_ms").asDouble(),
        batchMs,
        keras.path("batch_ms").asDouble() / batchMs,
        figures.has("difference")
            ? String.format(Locale.ROOT, "%.1e", figures.get("difference").asDouble())
            : "");
  }

  private void served(PeerRun.Result service, JsonNode keras) {
    double each = 1_000 / service.throughput().imagesPerSecond();
    add(
        "| | served | %.1f | %d | | %.2f | %.2f | |",
        service.startSeconds(),
        service.residentMiB(),
        each,
        keras.path("batch_ms").asDouble() / each);
  }

  private void add(String format, Object... values) {
    String row = String.format(Locale.ROOT, format, values);
    System.err.println(row);
    rows.append(row).append(System.lineSeparator());
  }

  /** A program's output; its other messages go to stderr. */
  private static List<String> run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    Process process = builder.start();
    List<String> lines;
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      lines = reader.lines().toList();
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("%s: %s".formatted(Arrays.toString(command), lines));
    }
    return lines;
  }

  private static JsonNode last(List<String> lines) throws IOException {
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  private String report() throws IOException {
    return """
        ## Backbones

        The last output of `bin/benchmark-backbones`, %s

        The networks of `keras.applications` in full width, without their classifiers and with random
        weights, and the bundled backbone; Keras 3.15.1 on TensorFlow 2.21.0. Each row is a separate
        process, one after the other on the same cores. *Load*: reading the file, building the network,
        and a first picture; for *served*, from starting `imprint serve` to its first prediction.
        *Memory*: the process' resident set after its work, including 32 pictures in memory. *Alone*,
        *of 32*: one picture, and 32 together; for *served*, batches of at most 24, including decoding
        and Kafka, with the broker on the same cores. *To Keras*: how many times as fast as Keras'
        `predict` of 32. *Difference*: the largest difference from Keras' numbers, relative to the
        largest of these. bf16 only if the CPU has instructions for it.

        | network | | load, s | memory, MiB | alone, ms | of 32, ms/image | to Keras | difference |
        |---|---|---|---|---|---|---|---|
        %s"""
        .formatted(BenchmarksFile.dateAndMachine(), rows);
  }
}
