package dev.imprint.observability;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.Snapshots;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.Why;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.pipeline.part.PipelinePart;
import dev.imprint.training.selection.GateConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

/** docs/metrics.md: the registry's meters, and the short list of Kafka's. */
class MetricsPageTest {
  private static final String INTRODUCTION =
      """
      # Metrics

      This page is generated from the meters. It lists what `/metrics` shows, under its Prometheus names.
      Counters end in `_total`; timers and summaries have `_count`, `_sum` and `_max`, and `_bucket` (`le`)
      if they have buckets. Times are in seconds. Counters start at 0, so that the first failure shows up
      in a rate, and are reset when the process restarts.

      Live accuracy is `imprint_outcomes_total{result="right"}` divided by all results, for
      `sample="random"` only: the pictures that the service asked about (`sampling.random`), counting the
      first answer to each. It is unbiased if nearly all of them are answered; `imprint_asked_total` says how
      many there were. Without such a sample, there is only `sample="chosen"`, for pictures that people
      chose. People look first at pictures that seem wrong, so these outcomes usually underestimate the
      model.

      `imprint_expected_accuracy_sum` divided by `_count` is the accuracy to expect before there are labels:
      the mean confidence of the predicted labels. It is only as good as the calibration of the confidences,
      and it notices neither a new kind of picture nor a change in what a label means.
      """;

  private static final String KAFKA =
      """

      ## Kafka's clients

      This is the list with `metrics.kafka: short`, the default. `all` shows everything that Kafka's clients
      and Kafka Streams measure: thousands of series per instance, and more with each partition and broker.
      Each client is one series, identified by `client_id`; new clients are picked up once a minute.

      | metric | description |
      |---|---|
      """;

  private static final Pattern TAG = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  @Test
  void shouldListEveryMeter() throws IOException {
    String page = page();

    Path fresh = Files.writeString(Path.of("target/metrics.md"), page);
    assertThat(Path.of("docs/metrics.md"))
        .as("a meter has changed: cp %s docs/metrics.md", fresh)
        .hasContent(page);
  }

  private static String page() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Meters meters = new Meters(registry, "images", MetricsConfig.DEFAULTS);
        KafkaStreams streams = MetersSteps.streams("page")) {
      LearningMeters learning = new LearningMeters(registry, GateConfig.DEFAULTS);
      learning
          .buffer()
          .holds(
              Snapshots.of(
                  List.of(
                      new Example(
                          "1", "gear", "0".repeat(64), null, Instant.EPOCH, Embedding.of(1)))));
      Health health = new Health();
      health.bindTo(registry);
      health.add("model", () -> CheckResult.UP);
      meters.started(PipelinePart.SERVING, streams);
      meters.serving(MetersSteps.model("v1", "gear"));
      meters.predicted(MetersSteps.prediction("gear", 1), Duration.ZERO);
      meters.outcome(
          new Outcome(
              "1", "a", "a", 1, "v1", Role.SERVING, null, Why.RANDOM, Instant.EPOCH, false));
      List<String> scraped = registry.scrape().lines().toList();
      return INTRODUCTION
          + "\n## Imprint\n\n"
          + table(scraped, "imprint_")
          + "\n## Java, the process and the log\n\n"
          + table(scraped, "jvm_", "process_", "system_", "logback_")
          + KAFKA
          + kafka(scraped);
    }
  }

  private static String table(List<String> scraped, String... prefixes) {
    return names(scraped)
        .filter(name -> Stream.of(prefixes).anyMatch(name::startsWith))
        .filter(name -> !name.startsWith("jvm_gc_pause") && !name.startsWith("jvm_gc_concurrent"))
        .map(
            name ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        name,
                        word(scraped, "TYPE", name),
                        tags(scraped, name),
                        word(scraped, "HELP", name)))
        .collect(joining("", "| metric | type | tags | description |\n|---|---|---|---|\n", ""));
  }

  /** Each under its name in the scrape, which depends on its type. */
  private static String kafka(List<String> scraped) {
    List<String> names = names(scraped).toList();
    return KafkaMeters.SHORT.entrySet().stream()
        .map(
            meter -> {
              String name = meter.getKey().replace('.', '_');
              return "| `%s` | %s |\n"
                  .formatted(names.contains(name) ? name : name + "_total", meter.getValue());
            })
        .collect(joining());
  }

  private static Stream<String> names(List<String> scraped) {
    return scraped.stream()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2])
        .filter(name -> !name.endsWith("_max") || !names(scraped, name))
        .sorted();
  }

  /** The maximum of a timer or summary belongs to it. */
  private static boolean names(List<String> scraped, String max) {
    String name = max.substring(0, max.length() - "_max".length());
    return scraped.stream()
        .anyMatch(line -> line.matches("# TYPE " + name + " (summary|histogram)"));
  }

  private static String word(List<String> scraped, String what, String name) {
    String start = "# " + what + " " + name + " ";
    return scraped.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst()
        .orElse("");
  }

  /** Only our own meters' values, if there are several: others depend on the machine. */
  private static String tags(List<String> scraped, String name) {
    SortedMap<String, SortedSet<String>> values = new TreeMap<>();
    Pattern series = Pattern.compile(name + "(?:_bucket|_count|_sum)?\\{(.*)} .*");
    for (String line : scraped) {
      Matcher found = series.matcher(line);
      if (found.matches()) {
        TAG.matcher(found.group(1))
            .results()
            .forEach(
                tag ->
                    values.computeIfAbsent(tag.group(1), key -> new TreeSet<>()).add(tag.group(2)));
      }
    }
    return values.entrySet().stream()
        .map(
            tag ->
                name.startsWith("imprint_")
                        && tag.getValue().size() > 1
                        && !tag.getKey().equals("le")
                    ? "`%s`: %s".formatted(tag.getKey(), String.join(", ", tag.getValue()))
                    : "`%s`".formatted(tag.getKey()))
        .collect(joining("; "));
  }
}
