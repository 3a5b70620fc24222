package dev.imprint.benchmark;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * How the service learns while it serves: an {@code imprint serve} in its own process, a broker in
 * this one, and the user's commands. {@code bin/benchmark-learning} runs it.
 */
public final class LearningBenchmark {
  private static final String HEADING = "## Learning";

  private static final List<String> PARTS =
      List.of("a", "b", "d", "e", "f", "g", "h", "n", "t", "w");

  /** A part's section, and its measurement. */
  private record Part(String heading, Callable<String> text) {}

  private LearningBenchmark() {}

  /**
   * @param args a folder with train/ and validation/, each with one folder per class; the file to
   *     write; then letters of parts, none for all
   */
  public static void main(String[] args) throws Exception {
    Path report = Path.of(args[1]);
    List<String> asked = Arrays.asList(args).subList(2, args.length);
    if (!PARTS.containsAll(asked)) {
      System.err.printf("benchmark-learning: %s: the parts are %s%n", asked, PARTS);
      System.exit(2);
    }
    Path directory = Files.createTempDirectory("imprint-learning");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        var service = new LearningBenchmarkService(broker.bootstrapServers(), directory)) {
      Clients clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
      var teacher = new LearningBenchmarkTeacher(service, clients, Path.of(args[0]));
      Map<String, Part> parts = parts(teacher, directory);
      service.run("topics", "create");
      for (Map.Entry<String, Part> part : parts.entrySet()) {
        if (asked.isEmpty() || asked.contains(part.getKey())) {
          write(report, part.getValue());
        }
      }
    }
    LearningBenchmarkService.delete(directory);
    System.exit(0);
  }

  /**
   * In an order in which each can follow the previous one: the last ones change what is learned.
   */
  private static Map<String, Part> parts(LearningBenchmarkTeacher teacher, Path directory) {
    var labels = new LearningBenchmarkLabels(teacher, directory);
    var swaps = new LearningBenchmarkSwaps(teacher);
    var latency = new LearningBenchmarkLatency(teacher);
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("a", new Part("### Photographs", labels::photographs));
    parts.put("d", new Part("### Swaps under load", swaps::swaps));
    parts.put("e", new Part("### Serving beside training", latency::whileTraining));
    parts.put("b", new Part("### Serving beside embedding", latency::whileEmbedding));
    parts.put("w", new Part("### Serving beside ten pages", latency::whileWatched));
    parts.put("t", new Part("### Serving beside fine-tuning", swaps::fineTuning));
    parts.put("n", new Part("### Swaps to another network", swaps::swapsToNetwork));
    parts.put("g", new Part("### Fifty new labels", labels::newLabels));
    parts.put("h", new Part("### Many classes, and few examples", labels::classes));
    // Last: some feedback keeps waiting for its image.
    parts.put(
        "f", new Part("### Floods of feedback", new LearningBenchmarkFloods(teacher)::floods));
    return parts;
  }

  /** As soon as it is measured, so that it is not lost if another part fails. */
  private static void write(Path report, Part part) throws Exception {
    String text =
        "%s%n%nMeasured %s%n%n%s"
            .formatted(part.heading(), BenchmarksFile.dateAndMachine(), part.text().call());
    System.out.println(text);
    String learning =
        BenchmarksFile.section(Files.readString(report), HEADING)
            .orElse(
                HEADING
                    + """


                    `bin/benchmark-learning` runs `imprint serve` in a separate process with default settings, except
                    that it trains on command only; the broker, sender and receiver run on the same cores. Latency:
                    from sending an image until a read-committed consumer receives its prediction, at ten images a
                    second.
                    """);
    BenchmarksFile.write(report, BenchmarksFile.withSection(learning, text));
  }
}
