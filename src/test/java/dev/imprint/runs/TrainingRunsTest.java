package dev.imprint.runs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.rollout.Versions;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.Epoch.Phase;
import dev.imprint.training.evaluation.Mistake;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class TrainingRunsTest {
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir private Path data;

  @Test
  void shouldDrawACurveAPhaseAndTellTheVerdict() throws Exception {
    try (TrainingLog log = begin(1, 0)) {
      log.epoch(new Epoch(Phase.SEARCH, 1, 200, 2, new Epoch.Validation(1.5, 0.75)));
      log.epoch(new Epoch(Phase.SELF_TRAINING, 1, 1, 0.5, null));
      log.epoch(new Epoch(Phase.SELF_TRAINING, 1, 1, 0.25, null)); // the next round
      log.finished(Versions.candidate(1));
    }

    List<Summary.Value> values = values(data.resolve("runs/2026-03-04T05-06-07Z"));

    assertThat(values)
        .filteredOn(value -> value.getTag().contains("search") || value.getTag().contains("self"))
        .extracting(value -> value.getTag() + " " + value.getSimpleValue())
        .containsExactly(
            "search/loss 2.0",
            "search/validation_loss 1.5",
            "search/validation_accuracy 0.75",
            "self_training/loss 0.5",
            "self_training/loss 0.25");
    assertThat(values)
        .extracting(Summary.Value::getTag)
        .contains("unseen/accuracy", "unseen/macro_f1", "_hparams_/session_end_info");
    assertThat(text(values, "verdict")).isEqualTo(Versions.candidate(1).judgement().reason());
    assertThat(text(values, "labels")).startsWith("| label | precision |");
  }

  @Test
  void shouldTellWhyATrainingFailed() throws Exception {
    try (TrainingLog log = begin(1, 0)) {
      log.failed(new IOException("no pictures"), Map.of("seed", "42"));
    }

    List<Summary.Value> values = values(data.resolve("runs/2026-03-04T05-06-07Z"));
    assertThat(text(values, "failure")).isEqualTo("no pictures");
    assertThat(values)
        .extracting(Summary.Value::getTag)
        .containsExactly("_hparams_/session_start_info", "failure", "_hparams_/session_end_info");
    assertThat(plugin(values.get(0))).contains("seed");
    // session_end_info is field 4, its first field the status, and 2 a failure.
    assertThat(plugin(values.get(2))).startsWith("\"").contains("\u0008\u0002");
  }

  @Test
  void shouldNameAFailureWithoutAMessage() throws Exception {
    try (TrainingLog log = begin(1, 0)) {
      log.failed(new InterruptedException(), Map.of());
    }

    assertThat(text(values(data.resolve("runs/2026-03-04T05-06-07Z")), "failure"))
        .isEqualTo("java.lang.InterruptedException");
  }

  @Test
  void shouldKeepTheNewestRunsAndWhatIsNotItsOwn() throws Exception {
    Files.createDirectories(data.resolve("runs/mine"));
    for (int second = 0; second < 4; second++) {
      begin(2, second).close();
    }

    assertThat(names()).containsExactly("2026-03-04T05-06-09Z", "2026-03-04T05-06-10Z", "mine");
  }

  @Test
  void shouldKeepTwoRunsOfOneSecondApart() throws Exception {
    for (int run = 0; run < 2; run++) {
      begin(3, 0).close();
    }
    begin(3, 1).close();

    assertThat(names())
        .containsExactly("2026-03-04T05-06-07Z", "2026-03-04T05-06-08Z", "2026-03-04T05-06-09Z");
  }

  @Test
  void shouldKeepNothingIfNoneIsWanted() throws Exception {
    try (TrainingLog log = begin(0, 0)) {
      log.epoch(new Epoch(Phase.FIT, 1, 1, 2, null));
      log.finished(Versions.candidate(1));
    }

    assertThat(data).isEmptyDirectory();
  }

  @Test
  void shouldLetTheTrainingGoOnWhereNothingCanBeWritten() throws Exception {
    Files.writeString(data.resolve("runs"), "a file");

    try (TrainingLog log = begin(1, 0)) {
      log.epoch(new Epoch(Phase.FIT, 1, 1, 2, null));
      log.finished(Versions.candidate(1));
    }

    assertThat(data.resolve("runs")).hasContent("a file");
  }

  @Test
  void shouldRecordATrainingEvenIfAnOldOneCannotBeDeleted() throws Exception {
    Files.createDirectories(data.resolve("runs/2025-01-01T00-00-00Z/profile/of-a-person"));

    try (TrainingLog log = begin(1, 0)) {
      log.finished(Versions.candidate(1));
    }

    assertThat(values(data.resolve("runs/2026-03-04T05-06-07Z"))).isNotEmpty();
  }

  @Test
  void shouldDeleteTheSheetsOfARunThatShowAForgottenPictureAndNoOthers() throws Exception {
    for (int second = 0; second < 2; second++) {
      try (TrainingLog log = begin(2, second)) {
        log.sheet("views", sheet(), Set.of("both", "only-" + second));
        log.sheet("mistakes", sheet(), Set.of("wrong-" + second));
        log.mistakes(List.of(new Mistake(example("belt-1"), "nut", 0.98765)));
      }
    }
    Path first = data.resolve("runs/2026-03-04T05-06-07Z");
    Path second = data.resolve("runs/2026-03-04T05-06-08Z");
    Path sheets = first.resolve("events.out.tfevents.1772600767.pictures");
    assertThat(RecordedEvents.in(sheets).stream().skip(1))
        .extracting(event -> event.getSummary().getValue(0).getTag())
        .containsExactly("views", "mistakes");
    assertThat(text(values(first), "mistakes")).endsWith("| 1 | belt-1 | gear | nut | 0.988 |");
    TrainingRuns runs = runs(2, 9);

    runs.remove(Set.of("another"));
    assertThat(sheets).exists();
    runs.remove(Set.of("wrong-0"));
    assertThat(files(first)).containsExactly("events.out.tfevents.1772600767.imprint");
    assertThat(files(second)).hasSize(3);
    runs.retain(Set.of("both", "only-1", "wrong-1"));
    assertThat(files(second)).hasSize(3);
    runs.retain(Set.of("both"));
    assertThat(files(second)).containsExactly("events.out.tfevents.1772600768.imprint");
  }

  private static BufferedImage sheet() {
    return new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
  }

  private static Example example(String id) {
    return new Example(id, "gear", "ab", null, AT, Embedding.of(1));
  }

  private TrainingLog begin(int keep, int second) {
    return runs(keep, second).begin();
  }

  private TrainingRuns runs(int keep, int second) {
    Clock clock = Clock.fixed(AT.plusSeconds(second), ZoneOffset.UTC);
    return new TrainingRuns(data.resolve("runs"), new RunsConfig(keep), clock);
  }

  private static List<String> files(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> runs = Files.list(data.resolve("runs"))) {
      return runs.map(run -> run.getFileName().toString()).sorted().toList();
    }
  }

  private static List<Summary.Value> values(Path run) throws IOException {
    return RecordedEvents.of(run).stream()
        .filter(Event::hasSummary)
        .map(event -> event.getSummary().getValue(0))
        .toList();
  }

  private static String text(List<Summary.Value> values, String tag) {
    return values.stream()
        .filter(value -> value.getTag().equals(tag))
        .map(value -> value.getTensor().getStringVal(0).toStringUtf8())
        .findFirst()
        .orElseThrow();
  }

  private static String plugin(Summary.Value value) {
    return value.getMetadata().getPluginData().getContent().toString(ISO_8859_1);
  }
}
