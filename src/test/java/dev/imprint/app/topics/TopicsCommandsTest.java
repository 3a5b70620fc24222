package dev.imprint.app.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.BlankPicture;
import dev.imprint.app.Cli;
import dev.imprint.app.CommandSteps;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Creates and checks topics, with a broker. */
class TopicsCommandsTest extends CommandSteps {
  private static final int MAX_BYTES = 5_000;
  private static final int TOPICS = Topics.DEFAULTS.specs(MAX_BYTES).size();

  TopicsCommandsTest() {
    super(MAX_BYTES);
  }

  @Test
  void shouldCreateTopicsOnceAndFindThemWell() throws IOException {
    Cli missing = settings.run("topics check --json");
    Cli created = settings.run("topics create --partitions 2 --json");
    Cli again = settings.run("topics create");
    Cli checked = settings.run("topics check --json");

    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.out()).contains("images is missing").contains("imprint topics create");
    assertThat(created.exitCode()).isZero();
    assertThat(created.json()).hasSize(TOPICS).allMatch(row -> row.get("created").asBoolean());
    assertThat(again.exitCode()).isZero();
    assertThat(again.outLines()).hasSize(1 + TOPICS).first().asString().matches("topic +created");
    assertThat(again.out()).containsPattern("images +false");
    assertThat(checked.exitCode()).isZero();
    assertThat(checked.json())
        .hasSize(TOPICS + 1)
        .allMatch(row -> row.get("severity").asText().equals("ok"))
        .anyMatch(row -> row.get("what").asText().contains("images, 2 partitions"))
        .anyMatch(row -> row.get("what").asText().contains("models, 1 partitions"))
        .anyMatch(row -> row.get("what").asText().contains("transaction.version is 2"));
  }

  @Test
  void shouldFindTopicsThatDoNotFitTheSettings() throws Exception {
    broker.createTopics(
        BrokerExtension.topic(topics.images(), Map.of("max.message.bytes", "4000")),
        BrokerExtension.topic(topics.predictions(), Map.of("retention.ms", "-1")),
        BrokerExtension.topic(
            topics.imagesDlq(),
            Map.of("retention.ms", "1000", "cleanup.policy", "compact,delete")));

    Cli checked = settings.run("topics check --json");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.json())
        .extracting(row -> row.get("severity").asText(), row -> row.get("what").asText())
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("error", "max.message.bytes", "images"))
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("warning", "retention.ms", "dlq"))
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("error", "cleanup.policy", "dlq"))
        .satisfiesOnlyOnce(found -> assertThat(found.toString()).contains("ok", "predictions"));
    assertThat(checked.out()).contains("kafka-configs.sh", "cleanup.policy=delete");
  }

  @Test
  void shouldFindTopicsThatWouldLoseLabelsOrTheOrderOfDecisions() throws Exception {
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    broker.createTopics(
        BrokerExtension.topic(topics.images(), Map.of("retention.ms", "86400000")),
        BrokerExtension.topic(topics.labels(), Map.of("cleanup.policy", "delete")),
        new NewTopic(topics.models(), 2, (short) 1).configs(compacted),
        new NewTopic(topics.artifacts(), 3, (short) 1).configs(compacted),
        new NewTopic(topics.commands(), 4, (short) 1));

    Cli checked = settings.run("topics check --json");
    Files.writeString(
        settings.file(), Files.readString(settings.file()) + "learning: {label_window_hours: 24}");
    Cli shorter = settings.run("topics check --json");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.json())
        .extracting(row -> row.get("severity").asText() + " " + row.get("what").asText())
        .contains(
            "error %s has 2 partitions, but its records must be in a single order"
                .formatted(topics.models()),
            "error %s has 3 partitions, but its records must be in a single order"
                .formatted(topics.artifacts()),
            "error %s has 4 partitions, but its records must be in a single order"
                .formatted(topics.commands()))
        .anyMatch(found -> found.startsWith("error cleanup.policy of " + topics.labels()))
        .anyMatch(
            found ->
                found.startsWith(
                    "warning retention.ms of %s is 86400000, but learning.label_window_hours is 168"
                        .formatted(topics.images())));
    assertThat(shorter.out()).doesNotContain("label_window_hours");
  }

  @Test
  void shouldHaveKafkaStampWhatSendersSendAndWarnWhereItDoesNot() throws Exception {
    broker.createTopics(BrokerExtension.topic(topics.feedback(), Map.of()));
    settings.run("topics create");

    Cli checked = settings.run("topics check --json");

    assertThat(checked.exitCode()).isZero();
    assertThat(checked.json())
        .filteredOn(row -> !row.get("severity").asText().equals("ok"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.get("severity").asText()).isEqualTo("warning");
              assertThat(row.get("what").asText())
                  .contains("message.timestamp.type of " + topics.feedback(), "CreateTime");
              assertThat(row.get("fix").asText())
                  .contains("--topic " + topics.feedback(), "message.timestamp.type=LogAppendTime");
            });
  }

  @Test
  void shouldCreateImagesThatStayAsLongAsLabelsMayCome() throws Exception {
    Files.writeString(
        settings.file(), Files.readString(settings.file()) + "learning: {label_window_hours: 999}");
    settings.run("topics create");

    assertThat(settings.run("topics check").exitCode()).isZero();
    assertThat(settings.run("topics check").out()).doesNotContain("warning");
  }

  @Test
  void shouldNameTheCommandThatMakesAMissingTopic() throws IOException {
    Path file = Files.write(dir.resolve("1.png"), BlankPicture.encoded("png"));

    for (Cli run :
        List.of(
            settings.run("send " + file),
            settings.run("watch"),
            settings.run("dlq list"),
            settings.run("dlq replay"),
            settings.run("label 1 nut"),
            settings.run("retrain"),
            settings.run("models list"),
            settings.run("models rollback"))) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("is missing").contains("imprint topics create");
    }
  }

  @Test
  void shouldFindEverythingWellOrSayWhatIsNot() throws Exception {
    Cli withoutTopics = settings.run("doctor --json");
    settings.run("topics create");
    Cli well = settings.run("doctor --json");

    assertThat(withoutTopics.exitCode()).isEqualTo(1);
    assertThat(withoutTopics.json())
        .filteredOn(row -> row.get("severity").asText().equals("error"))
        .hasSize(TOPICS)
        .allMatch(row -> row.get("fix").asText().equals("imprint topics create"));
    assertThat(well.exitCode()).as(well.out()).isZero();
    assertThat(well.json())
        .extracting(row -> row.get("what").asText())
        .anyMatch(what -> what.startsWith("TensorFlow 2."))
        .anyMatch(what -> what.matches(".*heads train on the (CPU|GPU)"))
        .anyMatch(what -> what.contains("backbone bundled loads: id "))
        .anyMatch(what -> what.contains("answers: cluster "))
        .anyMatch(what -> what.contains("no head"));
  }
}
