package dev.imprint.app.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.app.BlankPicture;
import dev.imprint.app.Cli;
import dev.imprint.app.CommandSteps;
import dev.imprint.app.Committed;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.Outcome;
import dev.imprint.model.Role;
import dev.imprint.model.Rollout;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about labels with a broker, but no service behind it. */
class LabelsCommandsTest extends CommandSteps {
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  LabelsCommandsTest() {
    super(1_000_000);
  }

  @BeforeEach
  void createTopics() {
    assertThat(settings.run("topics create").exitCode()).isZero();
  }

  @Test
  void shouldListEachLabelWithItsPicturesWhatItLacksAndWhoGaveIt() throws Exception {
    serve("v3-ab", "nut", "old bolt");
    change(new LabelChanges(Map.of("old bolt", "bolt"), Set.of("gear")));
    for (int i = 0; i < 4; i++) {
      label("nut-" + i, "nut", i == 0 ? "ben" : "anna");
      label("pin-" + i, "pin", null);
    }
    label("bolt-1", "old bolt", "anna");
    label("gear-1", "gear", "anna");
    label("nut-9", "N u-t", "ben");

    Cli listed = settings.run("labels list --json");

    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(listed.out().lines().map(line -> line.replaceFirst(",$", "")))
        .containsExactly(
            "[",
            row("N u-t", 1, "too_few", 2, "\"ben\":1", ""),
            row("bolt", 1, "learned", 0, "\"anna\":1", "\"old bolt\""),
            row("gear", 1, "retired", 0, "\"anna\":1", ""),
            row("nut", 4, "learned", 0, "\"anna\":3,\"ben\":1", ""),
            row("pin", 4, "waiting", 0, "\"unknown\":4", ""),
            "]");
    assertThat(listed.err().strip())
        .isEqualTo(
            "'N u-t' and 'nut' look like spellings of one label; to make one of them: imprint"
                + " labels merge 'N u-t' nut");
    assertThat(settings.run("labels list").out())
        .contains("bolt (was old bolt)", "learned by v3-ab", "needs 2 more", "anna 3, ben 1");
  }

  private static String row(
      String label, int examples, String status, int missing, String who, String former) {
    return ("{\"label\":\"%s\",\"examples\":%d,\"status\":\"%s\",\"missing\":%d,\"who\":{%s},"
            + "\"former_names\":[%s]}")
        .formatted(label, examples, status, missing, who, former);
  }

  @Test
  void shouldShowWhatWasSaidAboutAnImageAndWhatCameOfIt() throws Exception {
    change(new LabelChanges(Map.of("nut", "hex nut"), Set.of()));
    say("belt-1", "nut", null);
    label("belt-1", "nut", "anna");
    Outcome outcome =
        new Outcome(
            "belt-1", "gear", "nut", 0.41f, "v3", Role.SERVING, "anna", Why.WRONG, AT, false);
    broker.send(topics.outcomes(), "belt-1".getBytes(UTF_8), Json.encode(outcome));
    say("belt-1", null, Verdict.FORGET);
    broker.send(topics.labels(), "belt-1".getBytes(UTF_8), null);
    say("belt-2", "gear", null);

    Cli shown = settings.run("labels show belt-1 --json");
    Cli unknown = settings.run("labels show belt-3");

    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.json().findValuesAsText("what"))
        .containsExactly(
            "said to be 'nut' (now 'hex nut')",
            "labelled 'nut' (now 'hex nut')",
            "counted: v3 predicted 'gear' at 0.41, it is 'nut' (now 'hex nut')",
            "said: forget",
            "removed from what is learned");
    assertThat(shown.json().get(0).get("who").asText()).isEqualTo("anna");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("nobody has said anything about belt-3");
  }

  @Test
  void shouldCountLabelsByWhoGaveThem() throws Exception {
    label("a", "nut", "anna", "d1");
    label("b", "nut", "anna", "d2");
    label("c", "bolt", "ben", "d2");
    label("d", "bolt", null, "d3");

    Cli stats = settings.run("labels stats --json");

    assertThat(settings.run("labels stats").out())
        .startsWith("4 pictures, 2 labels, 0 retired, 2 pictures contradicted\n");
    assertThat(stats.json().findValuesAsText("who")).containsExactly("anna", "ben", "unknown");
    assertThat(stats.json().findValuesAsText("pictures")).containsExactly("2", "1", "1");
    assertThat(stats.json().findValuesAsText("contradicted")).containsExactly("1", "1", "0");
  }

  @Test
  void shouldCountNoRetiredLabelAmongThoseThatAreLearned() throws Exception {
    change(new LabelChanges(Map.of(), Set.of("gear")));
    label("a", "nut", "anna");
    label("b", "gear", "anna");

    Cli status = settings.run("status --json");

    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.json().get("labels")).hasToString("{\"nut\":1}");
    assertThat(status.json().get("next_training").asText()).contains("(1 so far)");
    assertThat(settings.run("labels stats").out())
        .startsWith("2 pictures, 1 labels, 1 retired, 0 pictures contradicted\n");
  }

  @Test
  void shouldSayWhatAChangeWouldDoOrWhyItCannotBeMade() throws Exception {
    serve("v3-ab", "nut", "bolt");
    label("a", "nut", "anna");
    label("b", "nuts", "anna");

    assertThat(settings.run("labels rename nut hex --dry-run").out().strip())
        .isEqualTo(
            "would rename 'nut' to 'hex': 1 labelled picture; a new version takes the place of"
                + " v3-ab, with the same weights");
    assertThat(settings.run("labels merge nuts nut --dry-run").out().strip())
        .isEqualTo(
            "would merge 'nuts' into 'nut': 1 labelled picture; the serving version does not know"
                + " this label; a training starts");
    assertThat(settings.run("labels retire bolt --dry-run").out())
        .startsWith("would retire 'bolt': 0 labelled pictures stay, but will not be learned from");
    for (String command :
        List.of("rename nut nuts", "rename none x", "merge nut nut", "retire nut --undo")) {
      Cli refused = settings.run("labels " + command);
      assertThat(refused.exitCode()).as(refused.out()).isEqualTo(3);
      assertThat(refused.err()).startsWith("refused: ");
    }
    assertThat(settings.run("labels merge nut").exitCode()).isEqualTo(2);
    assertThat(settings.run("labels rename nut \u200b").err()).contains("invisible character");
    Cli unanswered = settings.run("labels rename nut hex --timeout 1");
    assertThat(unanswered.exitCode()).isEqualTo(1);
    assertThat(unanswered.err()).contains("no answer after 1 s: is a service running");
  }

  @Test
  void shouldForgetEverythingThatSomebodyLabelled() throws Exception {
    label("a", "nut", "anna");
    label("b", "bolt", "ben");
    label("c", "bolt", "anna");

    assertThat(settings.run("forget --who anna --dry-run").out().strip())
        .isEqualTo("would forget 2 pictures labelled by anna");
    Cli unanswered = settings.run("forget --who anna --timeout 0");
    assertThat(unanswered.exitCode()).isEqualTo(1);
    assertThat(unanswered.err()).contains("2 labels by anna are still there after 0 s");
    assertThat(Committed.read(broker.clients(), topics.feedback()))
        .extracting(record -> FeedbackCodec.read(record.key(), record.value()))
        .extracting(Feedback::imageId, Feedback::verdict, Feedback::claim)
        .as("the labels, not the pictures, which somebody may be relabelling")
        .containsExactlyInAnyOrder(
            tuple("a", Verdict.FORGET, feedback("a")), tuple("c", Verdict.FORGET, feedback("c")));
    broker.send(topics.labels(), "a".getBytes(UTF_8), null);
    broker.send(topics.labels(), "c".getBytes(UTF_8), null);
    assertThat(settings.run("forget --who anna").err()).contains("no labels by anna");
    assertThat(settings.run("forget").exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"set", "set.csv --pictures", "set.jsonl --pictures", "set.json --pictures"})
  void shouldExportASetThatAnotherServiceCanImport(String form) throws Exception {
    change(new LabelChanges(Map.of("old bolt", "bolt"), Set.of()));
    byte[] png = BlankPicture.encoded("png");
    byte[] jpg = BlankPicture.encoded("jpg");
    label("nut/1.png", "nut", "anna");
    label("2", "old bolt", null);
    broker.send(topics.pictures(), "nut/1.png".getBytes(UTF_8), png);
    broker.send(topics.pictures(), "2".getBytes(UTF_8), png);
    broker.send(topics.pictures(), "2".getBytes(UTF_8), jpg);
    broker.send(topics.pictures(), "unlabelled".getBytes(UTF_8), png);
    String path = dir.resolve(form).toString();

    Cli exported = settings.run("labels export " + path);
    Cli again = settings.run("labels export " + path);
    Cli imported = settings.run("labels import --who me " + path.replace(" --pictures", ""));

    assertThat(exported.exitCode()).as(exported.err()).isZero();
    assertThat(exported.out()).startsWith("exported 2 labels and 2 pictures to ");
    assertThat(again.err()).contains("exists already");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out()).startsWith("sent 2 of 2 labels and 2 pictures to ");
    assertThat(Committed.read(broker.clients(), topics.images()))
        .extracting(record -> new String(record.key(), UTF_8), ConsumerRecord::value)
        .containsExactlyInAnyOrder(tuple("nut/1.png", png), tuple("2", jpg));
    assertThat(Committed.read(broker.clients(), topics.feedback()))
        .extracting(record -> FeedbackCodec.read(record.key(), record.value()))
        .extracting(
            Feedback::imageId,
            Feedback::label,
            Feedback::who,
            said -> said.claim() == null ? null : said.claim().sha256())
        .containsExactlyInAnyOrder(
            tuple("nut/1.png", "nut", "anna", Sha256.hex(png)),
            tuple("2", "bolt", "me", Sha256.hex(jpg)));
  }

  @Test
  void shouldSendNothingOfASetThatCannotBeRead() throws Exception {
    Path csv = dir.resolve("set.csv");
    Files.writeString(csv, "image_id,label,file\n1,nut,\n2,nut,2.png\n");
    Cli missing = settings.run("labels import " + csv);
    Files.writeString(
        Files.createDirectories(dir.resolve("sub")).resolve("a.csv"),
        "image_id,label,file\n2,nut,../set.csv\n");
    Cli outside = settings.run("labels import " + dir.resolve("sub/a.csv"));
    Files.writeString(dir.resolve("text.jpg"), "no picture");
    Files.writeString(dir.resolve("empty.jpg"), "");
    Files.write(dir.resolve("big.jpg"), Arrays.copyOf(BlankPicture.encoded("jpg"), 2_000_000));
    Files.writeString(
        csv, "image_id,label,file\n1,nut,text.jpg\n2,nut,empty.jpg\n3,nut,big.jpg\n4,nut,no.jpg\n");
    Cli unusable = settings.run("labels import " + csv);
    Files.writeString(csv, "image_id,label\n1,\n");
    Cli blank = settings.run("labels import " + csv);
    Cli nowhere = settings.run("labels import " + dir.resolve("none.csv"));

    assertThat(missing.err()).contains("the picture of 2 is missing");
    assertThat(outside.err()).contains("the picture of 2 is outside of ");
    assertThat(unusable.err())
        .contains("text.jpg: not an image", "empty.jpg: empty", "big.jpg: 2000000 bytes, more than")
        .contains("the picture of 4 is missing");
    assertThat(blank.err()).contains("line 2: its label is blank");
    assertThat(nowhere.err()).contains("no such file or folder");
    assertThat(List.of(missing, outside, unusable, blank, nowhere))
        .allMatch(cli -> cli.exitCode() == 1);
    assertThat(Committed.read(broker.clients(), topics.feedback())).isEmpty();
    assertThat(Committed.read(broker.clients(), topics.images())).isEmpty();
  }

  private void label(String image, String label, @Nullable String who) throws Exception {
    label(image, label, who, image);
  }

  private void label(String image, String label, @Nullable String who, String name)
      throws Exception {
    String sha256 = Sha256.hex(name.getBytes(UTF_8));
    Claim claim = new Claim(topics.images(), 0, 0, sha256);
    Label its = new Label(image, label, claim, null, who, AT, feedback(image));
    broker.send(topics.labels(), image.getBytes(UTF_8), Json.encode(its));
  }

  private Claim feedback(String image) {
    return new Claim(topics.feedback(), 0, 0, Sha256.hex(("said of " + image).getBytes(UTF_8)));
  }

  private void say(String image, @Nullable String label, @Nullable Verdict verdict)
      throws Exception {
    Feedback feedback = new Feedback(image, label, verdict, null, "anna", Why.WRONG, AT);
    broker.send(topics.feedback(), image.getBytes(UTF_8), FeedbackCodec.encode(feedback));
  }

  private void change(LabelChanges changes) throws Exception {
    broker.send(topics.models(), Topics.LABELS_KEY.getBytes(UTF_8), Json.encode(changes));
  }

  private void serve(String name, String... labels) throws Exception {
    Artifact none = new Artifact("ff", 0, List.of());
    Metrics metrics = new Metrics(0, 0, 0, 0, 0, List.of(), List.<List<Integer>>of());
    ModelVersion version =
        new ModelVersion(
            name,
            null,
            AT,
            "backbone",
            List.of(labels),
            none,
            none,
            new ModelVersion.Training(1, "cpu", 1, Map.of(), Map.of()),
            new ModelVersion.Judgement(true, "better", metrics, null, null));
    broker.send(topics.models(), name.getBytes(UTF_8), Json.encode(version));
    Rollout rollout = new Rollout(name, null, AT, "anna", "better");
    broker.send(topics.models(), Topics.ROLLOUT_KEY.getBytes(UTF_8), Json.encode(rollout));
  }
}
