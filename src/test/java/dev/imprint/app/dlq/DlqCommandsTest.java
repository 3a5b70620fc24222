package dev.imprint.app.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.app.Cli;
import dev.imprint.app.CommandSteps;
import dev.imprint.app.Committed;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists and replays dead letters, with a broker. */
class DlqCommandsTest extends CommandSteps {
  private static final int MAX_BYTES = 5_000;
  private static final byte[] BODY = "not a picture".getBytes(UTF_8);

  DlqCommandsTest() {
    super(MAX_BYTES);
  }

  @Test
  void shouldListDeadLettersWithTheirReasonsAndOrigins() throws Exception {
    settings.run("topics create");
    sendDeadLetter("broken", letter("broken_image", 7, BODY.length), BODY);
    sendDeadLetter("big", letter("too_large", 8, 1_000_000), BODY);
    sendDeadLetter(null, letter("empty", 9, -1), null);

    Cli list = settings.run("dlq list --json");
    Cli large = settings.run("dlq list --reason too_large");

    assertThat(list.exitCode()).isZero();
    assertThat(list.json()).hasSize(3);
    assertThat(list.json())
        .anySatisfy(
            row -> {
              assertThat(row.get("reason").asText()).isEqualTo("broken_image");
              assertThat(row.get("key").asText()).isEqualTo("broken");
              assertThat(row.get("topic").asText()).isEqualTo(topics.images());
              assertThat(row.get("partition").asInt()).isZero();
              assertThat(row.get("offset").asInt()).isEqualTo(7);
              assertThat(row.get("at").asText()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(row.get("size").asInt()).isEqualTo(BODY.length);
              assertThat(row.get("truncated").asBoolean()).isFalse();
            })
        .anyMatch(row -> row.get("truncated").asBoolean() && row.get("size").asInt() == 1_000_000)
        .anyMatch(row -> row.get("key").isNull() && row.get("size").asInt() == -1);
    assertThat(large.outLines()).hasSize(2).last().asString().contains("too_large").contains("big");
  }

  @Test
  void shouldListAndReplayDeadLettersOfFeedbackToo() throws Exception {
    settings.run("topics create --partitions 1");
    byte[] said = "{\"label\": \"nut\"}".getBytes(UTF_8);
    sendDeadLetter("image", letter("broken_image", 0, BODY.length), BODY);
    DeadLetter letter =
        new DeadLetter("no_such_image", "why", topics.feedback(), 0, 3, Instant.EPOCH, said.length);
    sendDeadLetter(topics.feedbackDlq(), "belt-1", letter, said);

    Cli all = settings.run("dlq list --json");
    Cli feedback = settings.run("dlq list --topic feedback --json");
    Cli replayed = settings.run("dlq replay --topic feedback");
    Cli rest = settings.run("dlq replay");

    assertThat(all.json()).hasSize(2);
    assertThat(feedback.json())
        .extracting(row -> row.get("key").asText(), row -> row.get("topic").asText())
        .containsExactly(tuple("belt-1", topics.feedback()));
    assertThat(replayed.outLines())
        .containsExactly("replayed 1 of 1 dead letters to " + topics.feedback());
    assertThat(rest.outLines())
        .containsExactly(
            "replayed 1 of 1 dead letters to " + topics.images(),
            "replayed 0 of 0 dead letters to " + topics.feedback());
    assertThat(Committed.read(broker.clients(), topics.feedback()))
        .extracting(record -> new String(record.key(), UTF_8), record -> record.value())
        .containsExactly(tuple("belt-1", said));
    assertThat(Committed.read(broker.clients(), topics.images())).hasSize(1);
  }

  @Test
  void shouldNotLetAKeyOrAReasonSteerTheTerminal() throws Exception {
    settings.run("topics create --partitions 1");
    String hostile = "a\u001b[2J\u009b2J\u202e\u0007b";
    DeadLetter letter =
        new DeadLetter(
            "bad_feedback", hostile, topics.feedback(), 0, 3, Instant.EPOCH, BODY.length);
    sendDeadLetter(topics.feedbackDlq(), hostile, letter, BODY);

    Cli table = settings.run("dlq list");
    Cli json = settings.run("dlq list --json");

    String escaped = "a\\u001b[2J\\u009b2J\\u202e\\u0007b";
    assertThat(table.outLines()).last().asString().contains(escaped);
    assertThat(table.out() + json.out()).doesNotContain("\u001b", "\u009b", "\u202e", "\u0007");
    assertThat(json.json().get(0).get("key").asText()).isEqualTo(hostile);
  }

  @Test
  void shouldSendACommandsDeadLetterBackToTheCommands() throws Exception {
    settings.run("topics create --partitions 1");
    DeadLetter letter =
        new DeadLetter("bad_command", "why", topics.commands(), 0, 0, Instant.EPOCH, BODY.length);
    sendDeadLetter(topics.feedbackDlq(), "night-1", letter, BODY);

    settings.run("dlq replay --topic feedback");

    assertThat(Committed.read(broker.clients(), topics.commands())).hasSize(1);
    assertThat(Committed.read(broker.clients(), topics.feedback())).isEmpty();
  }

  @Test
  void shouldListNothingAsAnEmptyArray() throws IOException {
    settings.run("topics create");

    assertThat(settings.run("dlq list --json").json()).isEmpty();
  }

  @Test
  void shouldReplayEachDeadLetterOnce() throws Exception {
    settings.run("topics create --partitions 1");
    sendDeadLetter("a", letter("broken_image", 0, BODY.length), BODY);
    sendDeadLetter("b", letter("model_failed", 1, BODY.length), BODY);

    Cli dry = settings.run("dlq replay --dry-run --json");
    Cli first = settings.run("dlq replay");
    Cli second = settings.run("dlq replay");
    sendDeadLetter("c", letter("broken_image", 2, BODY.length), BODY);
    Cli third = settings.run("dlq replay");

    assertThat(dry.json()).hasSize(2);
    assertThat(first.out()).startsWith("replayed 2 of 2");
    assertThat(second.out()).startsWith("replayed 0 of 0");
    assertThat(third.out()).startsWith("replayed 1 of 1");
    List<ConsumerRecord<byte[], byte[]>> images = Committed.read(broker.clients(), topics.images());
    assertThat(images)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("a", "b", "c");
    assertThat(images)
        .allSatisfy(
            record -> {
              assertThat(record.value()).isEqualTo(BODY);
              assertThat(record.headers()).extracting(Header::key).containsExactly("users");
            });
  }

  @Test
  void shouldReplayOneReasonWithoutForgettingOrRepeatingTheOthers() throws Exception {
    settings.run("topics create --partitions 1");
    sendDeadLetter("a", letter("broken_image", 0, BODY.length), BODY);
    sendDeadLetter("b", letter("model_failed", 1, BODY.length), BODY);
    sendDeadLetter("c", letter("broken_image", 2, BODY.length), BODY);
    sendDeadLetter("d", letter("model_failed", 3, BODY.length), BODY);

    settings.run("dlq replay --reason model_failed --max 1");
    settings.run("dlq replay --reason model_failed");
    settings.run("dlq replay --max 1");
    settings.run("dlq replay");
    Cli fromBeginning = settings.run("dlq replay --from-beginning --max 2");

    assertThat(fromBeginning.out()).startsWith("replayed 2 of 2");
    assertThat(Committed.read(broker.clients(), topics.images()))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("b", "d", "a", "c", "a", "b");
    assertThat(settings.run("dlq replay").out()).startsWith("replayed 0 of 0");
  }

  @Test
  void shouldReplayACutDeadLetterFromItsOriginalAndSayIfThatIsGone() throws Exception {
    settings.run("topics create --partitions 1");
    byte[] whole = new byte[3000];
    Arrays.fill(whole, (byte) 7);
    broker.send(topics.images(), whole);
    sendDeadLetter(null, letter("too_large", 0, whole.length), Arrays.copyOf(whole, 10));
    sendDeadLetter(null, letter("too_large", 99, whole.length), Arrays.copyOf(whole, 10));
    DeadLetter elsewhere = // the topic had more partitions then
        new DeadLetter("too_large", "why", topics.images(), 9, 0, Instant.EPOCH, whole.length);
    sendDeadLetter(null, elsewhere, Arrays.copyOf(whole, 10));

    Cli replayed = settings.run("dlq replay");

    assertThat(replayed.exitCode()).isEqualTo(1);
    assertThat(replayed.out()).startsWith("replayed 1 of 3");
    assertThat(replayed.err())
        .contains("the original %s-0@99 is gone".formatted(topics.images()))
        .contains("the original %s-9@0 is gone".formatted(topics.images()));
    assertThat(Committed.read(broker.clients(), topics.images()))
        .hasSize(2)
        .allMatch(r -> Arrays.equals(r.value(), whole));
  }

  @Test
  void shouldOfferWhatIsTooLargeAgainOnceTheLimitIsRaised() throws Exception {
    // From the start: the log applies a limit that is raised later only after a while.
    Map<String, String> large = Map.of("max.message.bytes", "1000000");
    broker.createTopics(
        BrokerExtension.topic(topics.images(), large),
        BrokerExtension.topic(topics.imagesDlq(), large));
    settings.run("topics create --partitions 1");
    byte[] body = new byte[MAX_BYTES]; // fits, but not with this key
    String key = "k".repeat(Topics.RECORD_OVERHEAD_BYTES);
    sendDeadLetter("a", letter("too_large", 0, BODY.length), BODY);
    sendDeadLetter(key, letter("too_large", 1, body.length), body);
    sendDeadLetter("b", letter("too_large", 2, BODY.length), BODY);

    Cli first = settings.run("dlq replay");
    Cli again = settings.run("dlq replay");
    Files.writeString(
        settings.file(),
        Files.readString(settings.file())
            .replace("max_bytes: " + MAX_BYTES, "max_bytes: " + 2 * MAX_BYTES));
    Cli raised = settings.run("dlq replay");
    Cli last = settings.run("dlq replay");

    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(first.out()).startsWith("replayed 2 of 3");
    assertThat(first.err()).contains("@1 is not replayed", "raise images.max_bytes by");
    assertThat(again.out()).startsWith("replayed 0 of 1");
    assertThat(raised.exitCode()).as(raised.err()).isZero();
    assertThat(raised.out()).startsWith("replayed 1 of 1");
    assertThat(last.out()).startsWith("replayed 0 of 0");
    assertThat(Committed.read(broker.clients(), topics.images()))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("a", "b", key);
  }

  private DeadLetter letter(String reason, long offset, int size) {
    return new DeadLetter(
        reason, "why", topics.images(), 0, offset, Instant.parse("2026-01-01T00:00:00Z"), size);
  }

  private void sendDeadLetter(@Nullable String key, DeadLetter letter, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    sendDeadLetter(topics.imagesDlq(), key, letter, value);
  }

  private static void sendDeadLetter(
      String topic, @Nullable String key, DeadLetter letter, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    Headers headers = letter.headers(new RecordHeaders().add("users", BODY));
    try (Producer<byte[], byte[]> producer = broker.clients().producer(1_000_000)) {
      byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic, null, keyBytes, value, headers)).get();
    }
  }
}
