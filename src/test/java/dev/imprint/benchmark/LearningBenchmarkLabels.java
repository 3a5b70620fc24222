package dev.imprint.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.benchmark.LearningBenchmarkService.Line;
import dev.imprint.benchmark.LearningBenchmarkService.Output;
import dev.imprint.benchmark.LearningBenchmarkTeacher.LearningFigures;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** From labels to a serving version: how good, how fast, and with few or many of them. */
final class LearningBenchmarkLabels {
  private static final int SEEDS = 5;
  private static final int NEW_LABELS = 50;
  private static final int ROUNDS = 3;
  private static final List<Integer> CLASSES = List.of(100, 1_000);

  private static final Pattern SYNTHETIC =
      Pattern.compile("(\\d+) classes, (\\d+) examples: ([\\d.]+) s; (.*?)[:;].*VmHWM:\\s*(.*)");

  private static final String STEPS =
      """
      | | pictures | total, s | before command | embedding | training | publishing | backbone, s |
      |---|---|---|---|---|---|---|---|
      """;

  private final LearningBenchmarkTeacher teacher;
  private final Path directory;

  /** The output of {@code evaluate --json}. */
  private record Evaluated(int examples, double accuracy, double macroF1) {}

  /** A line of {@code models show --manifest}. */
  private record Learnt(String imageId, String label) {}

  /**
   * @param directory for selected pictures
   */
  LearningBenchmarkLabels(LearningBenchmarkTeacher teacher, Path directory) {
    this.teacher = teacher;
    this.directory = directory;
  }

  /** Part a. */
  String photographs() throws IOException, InterruptedException {
    StringBuilder steps = new StringBuilder(STEPS);
    StringBuilder quality = new StringBuilder();
    double accuracy = 0;
    double macroF1 = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      LearningFigures learned = teacher.first();
      if (seed > 1) {
        teacher.service().start(seed);
        learned = teacher.retrain();
      }
      steps.append(row(seed == 1 ? "all new" : "all embedded, seed " + seed, learned));
      Evaluated evaluated = evaluate(learned);
      accuracy += evaluated.accuracy() / SEEDS;
      macroF1 += evaluated.macroF1() / SEEDS;
      String reason = learned.version().judgement().reason();
      quality.append(
          format(
              "| %d | %.3f | %.3f | %s |%n",
              seed, evaluated.accuracy(), evaluated.macroF1(), reason));
    }
    return format(
        """
        `send --label-by-folder` sends the photographs to train on, then `retrain --wait` runs. *Total*:
        from sending the last label to the first prediction that names the version (or to the verdict,
        if it was refused), while ten images a second are served. *Before command*: the labels' way into
        the buffer, and the start of the command. *Embedding*: from there to the start of training,
        including the time until the leader receives the command. *Publishing*: the rest, including the
        swap. *Backbone*: the time for which it worked for the buffer, including the time before the last
        label was sent; it runs at low priority.

        %s
        `evaluate` on the validation photographs:

        | seed | accuracy | macro F1 | verdict, on the holdout |
        |---|---|---|---|
        %s
        Mean: accuracy **%.3f**, macro F1 **%.3f**.
        """,
        steps, quality, accuracy, macroF1);
  }

  private Evaluated evaluate(LearningFigures learned) throws IOException, InterruptedException {
    String version = learned.version().version();
    Output output =
        teacher
            .service()
            .run("evaluate", teacher.validation().toString(), "--json", "--version-name", version);
    return Json.decode(output.line("{").text().getBytes(UTF_8), Evaluated.class);
  }

  /** Part g. */
  String newLabels() throws IOException, InterruptedException {
    int before = pictures(teacher.first());
    StringBuilder rows = new StringBuilder(STEPS);
    List<Path> files = new ArrayList<>(LearningBenchmarkTeacher.files(teacher.validation()));
    Collections.shuffle(files, new Random(1));
    for (int round = 0; round < ROUNDS; round++) {
      Path folder = directory.resolve("new" + round);
      for (Path file : files.subList(round * NEW_LABELS, (round + 1) * NEW_LABELS)) {
        link(file, folder, file.getName(file.getNameCount() - 2).toString());
      }
      rows.append(row("round " + (round + 1), teacher.send(folder, NEW_LABELS)));
    }
    return format(
        """
        `send --label-by-folder` sends %d more photographs, with %d in the buffer, then `retrain --wait`
        runs; the columns are as under *Photographs*.

        %s\
        """,
        NEW_LABELS, before, rows);
  }

  /** Part h. */
  String classes() throws IOException, InterruptedException {
    StringBuilder rows = new StringBuilder();
    for (int classes : CLASSES) {
      rows.append(synthetic(classes));
    }
    teacher.first();
    Path once = directory.resolve("once");
    link(LearningBenchmarkTeacher.files(teacher.validation()).get(0), once, "scarf");
    String seenOnce = teacher.send(once, 1).verdict();
    int relabelled = relabel("skirt", "dress");
    String gone = teacher.retrain().verdict();
    return format(
        """
        Synthetic embeddings, 50 examples per class, trained and judged in a separate process with a heap
        of 2 GiB; the peak is the memory of that process.

        | classes | examples | s | verdict | peak |
        |---|---|---|---|---|
        %s
        A class seen once (one picture of 'scarf' among the photographs): "%s".

        A class that disappears (all %d of 'skirt' relabelled 'dress'): "%s".
        """,
        rows, seenOnce, relabelled, gone);
  }

  private static String synthetic(int classes) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx2g",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path", ""),
                HeadBenchmark.class.getName(),
                "synthetic",
                Integer.toString(classes))
            .redirectErrorStream(true)
            .start();
    String output;
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      output = reader.lines().collect(Collectors.joining("\n"));
    }
    process.waitFor();
    Matcher matcher = SYNTHETIC.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("%d classes: %s".formatted(classes, output));
    }
    return format(
        "| %s | %s | %s | %s | %s |%n",
        matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4), matcher.group(5));
  }

  /** By feedback events, like another system; returns how many. */
  private int relabel(String from, String to) throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    String newest = teacher.newest().version();
    for (Line line : teacher.service().run("models", "show", "--manifest", newest).lines()) {
      Learnt learnt = Json.decode(line.text().getBytes(UTF_8), Learnt.class);
      if (from.equals(learnt.label())) {
        ids.add(learnt.imageId());
      }
    }
    double before = teacher.feedback();
    try (Producer<byte[], byte[]> producer = teacher.clients().producer(1 << 20)) {
      for (String id : ids) {
        Feedback feedback =
            new Feedback(id, to, null, null, "benchmark", Why.WRONG, Clock.systemUTC().instant());
        producer.send(
            new ProducerRecord<>(
                Topics.DEFAULTS.feedback(), id.getBytes(UTF_8), Json.encode(feedback)));
      }
    }
    teacher.awaitFeedback(before + ids.size());
    return ids.size();
  }

  private static void link(Path file, Path folder, String label) throws IOException {
    Path its = Files.createDirectories(folder.resolve(label));
    Files.createSymbolicLink(its.resolve(file.getFileName()), file.toRealPath());
  }

  private static int pictures(LearningFigures learned) {
    return learned.version().training().examples().values().stream().mapToInt(n -> n).sum();
  }

  private static String row(String what, LearningFigures learned) {
    return format(
        "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
        what + (learned.version().judgement().promoted() ? "" : ", refused"),
        pictures(learned),
        learned.seconds(),
        learned.untilAsked(),
        learned.untilTraining(),
        learned.trainingSeconds(),
        learned.publishing(),
        learned.embeddingSeconds());
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
