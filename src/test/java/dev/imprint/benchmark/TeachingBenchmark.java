package dev.imprint.benchmark;

import static java.util.stream.Collectors.joining;

import dev.imprint.buffer.Example;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Labels needed until what serves is right on four of five photographs: those that the Teach view
 * asks for, against a random order. {@code bin/benchmark-teaching} runs it.
 */
public final class TeachingBenchmark {
  private static final double GOAL = 0.80;

  /** So many in a row must reach the goal, as one may by luck. */
  private static final int KEPT = 2;

  private static final int EACH = 10;
  private static final int MOST = 500;

  /**
   * One order's course.
   *
   * @param labels given before each training
   * @param accuracies of what served after each training
   * @param guessed share of its pictures whose guess was right
   */
  private record Course(List<Integer> labels, List<Double> accuracies, double guessed) {
    /** The labels before the first of so many in a row that reach the goal. */
    int needed(int inARow) {
      for (int i = 0; i + inARow <= accuracies.size(); i++) {
        if (Collections.min(accuracies.subList(i, i + inARow)) >= GOAL) {
          return labels.get(i);
        }
      }
      return MOST;
    }
  }

  private record Seed(int seed, Course random, Course queue) {
    double ratio(int inARow) {
      return (double) queue.needed(inARow) / random.needed(inARow);
    }
  }

  private final Path photographs;
  private final List<Example> judged;

  private TeachingBenchmark(Path photographs, List<Example> judged) {
    this.photographs = photographs;
    this.judged = judged;
  }

  /**
   * @param args a folder with train/ and validation/, each with one folder per class; then seeds
   */
  public static void main(String[] args) throws Exception {
    Path photographs = Path.of(args[0]);
    List<Example> judged;
    try (PhotographFolders folders = PhotographFolders.open()) {
      judged = folders.embedded(photographs.resolve("validation"));
    }
    TeachingBenchmark benchmark = new TeachingBenchmark(photographs, judged);
    System.out.printf("Measured %s%n%n", BenchmarksFile.dateAndMachine());
    System.out.println(
        "| seed | random | queue | ratio | once: random | queue | ratio | guesses |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    List<Seed> seeds = new ArrayList<>();
    for (String seed : Arrays.asList(args).subList(1, args.length)) {
      Seed measured = benchmark.seed(Integer.parseInt(seed));
      print(measured); // at once, or it would be lost if a later one failed
      seeds.add(measured);
    }
    print(seeds);
    System.exit(0);
  }

  private Seed seed(int seed) throws Exception {
    List<Path> files;
    try (var all = Files.walk(photographs.resolve("train"))) {
      files = all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
    }
    Collections.shuffle(files, new Random(seed));
    return new Seed(seed, course(files, false, seed), course(files, true, seed));
  }

  private Course course(List<Path> files, boolean queue, int seed) throws Exception {
    List<Integer> labels = new ArrayList<>();
    List<Double> accuracies = new ArrayList<>();
    Path data = Files.createTempDirectory("imprint-teaching");
    try (TeachingBenchmarkService service = TeachingBenchmarkService.start(data)) {
      service.send(files);
      int given = 0;
      while (given < MOST && !isReached(accuracies)) {
        given += queue ? service.answer(EACH) : service.label(files.subList(given, given + EACH));
        service.train();
        labels.add(given);
        accuracies.add(service.accuracy(judged));
      }
      System.err.printf("seed %d, %s: %s%n", seed, queue ? "queue" : "random", accuracies);
      return new Course(labels, accuracies, service.guessed());
    } finally {
      LearningBenchmarkService.delete(data);
    }
  }

  private static boolean isReached(List<Double> accuracies) {
    int from = accuracies.size() - KEPT;
    return from >= 0 && Collections.min(accuracies.subList(from, accuracies.size())) >= GOAL;
  }

  private static void print(Seed each) {
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %d | %.2f | %d | %d | %.2f | %.2f |%n",
        each.seed(),
        each.random().needed(KEPT),
        each.queue().needed(KEPT),
        each.ratio(KEPT),
        each.random().needed(1),
        each.queue().needed(1),
        each.ratio(1),
        each.queue().guessed());
  }

  private static void print(List<Seed> seeds) {
    System.out.printf(
        Locale.ROOT,
        "%nMedian of the ratios: **%.2f** (goal: at most 0.85); highest: **%.2f** (goal: at most"
            + " 1.10). Reached once: %.2f, %.2f.%n%n",
        median(seeds, KEPT),
        highest(seeds, KEPT),
        median(seeds, 1),
        highest(seeds, 1));
    curves(seeds);
  }

  /** Means over the seeds, as far as all go. */
  private static void curves(List<Seed> seeds) {
    List<Integer> places = IntStream.of(3, 5, 7, 9, 11, 13).boxed().toList();
    System.out.println(
        places.stream().map(at -> (at + 1) * EACH + " | ").collect(joining("", "| labels | ", "")));
    System.out.println("|---".repeat(places.size() + 1) + "|");
    System.out.println(row("random", seeds.stream().map(Seed::random).toList(), places));
    System.out.println(row("queue", seeds.stream().map(Seed::queue).toList(), places));
  }

  private static String row(String name, List<Course> courses, List<Integer> places) {
    return places.stream()
        .map(
            at ->
                courses.stream().allMatch(course -> course.accuracies().size() > at)
                    ? "%.3f | "
                        .formatted(
                            courses.stream()
                                .mapToDouble(course -> course.accuracies().get(at))
                                .average()
                                .orElseThrow())
                    : "| ")
        .collect(joining("", "| " + name + " | ", ""));
  }

  private static double median(List<Seed> seeds, int inARow) {
    double[] ratios = seeds.stream().mapToDouble(each -> each.ratio(inARow)).sorted().toArray();
    return (ratios[(ratios.length - 1) / 2] + ratios[ratios.length / 2]) / 2;
  }

  private static double highest(List<Seed> seeds, int inARow) {
    return seeds.stream().mapToDouble(each -> each.ratio(inARow)).max().orElseThrow();
  }
}
