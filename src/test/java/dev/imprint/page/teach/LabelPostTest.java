package dev.imprint.page.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.page.teach.GivenLabels.Given;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Labels that are sent again, while Kafka hangs, is away or refuses them. */
@Timeout(60)
class LabelPostTest {
  private static final String NO_ANSWER = "Kafka does not answer";

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private @Nullable KafkaException unopened;
  private final Clients clients =
      new Clients(KafkaConfig.DEFAULTS) {
        @Override
        public Producer<byte[], byte[]> persistentProducer(int maxRecordBytes) {
          if (unopened != null) {
            throw unopened;
          }
          return kafka;
        }
      };
  private final LabelPost post =
      new LabelPost(
          new PageProducer(clients, 1, Duration.ofMillis(50)),
          Topics.DEFAULTS.feedback(),
          new Teaching(
              clients,
              Topics.DEFAULTS,
              () -> new CurrentModel(null, Map.of()),
              new Random(1),
              Clock.systemUTC()));

  @Test
  void shouldWriteALabelOnceThoughItIsSentAgainWhileKafkaHangs() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    }

    kafka.completeNext(); // after all

    assertThat(post(label("1")).taken()).containsExactly("1");
    assertThat(kafka.history()).hasSize(1);
  }

  @Test
  void shouldTakeLabelsThatAreGivenMeanwhileAfterThoseBefore() throws Exception {
    assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);
    kafka.completeNext();
    kafka.completeNext();
    assertThatThrownBy(() -> post(label("1"), forget("2"), label("3"))).hasMessage(NO_ANSWER);
    kafka.completeNext();

    TakenLabels taken = post(label("1"), forget("2"), label("3"));

    assertThat(taken.taken()).containsExactly("1", "2", "3");
    assertThat(kafka.history()).hasSize(3);
  }

  @Test
  void shouldSendNothingThatWouldOvertakeALabelThatIsNotAccepted() {
    kafka.sendException = new TimeoutException("no metadata");

    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);

    kafka.sendException = null;
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);
    assertThat(kafka.history()).as("both, in their order").hasSize(2);
  }

  @Test
  void shouldRefuseNoLabelBecauseItCannotConnect() throws Exception {
    unopened = new KafkaException("no resolvable bootstrap urls");
    assertThatThrownBy(() -> post(label("1"))).hasMessageContaining("no resolvable");
    unopened = null;
    assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    kafka.completeNext();

    TakenLabels taken = post(label("1"));

    assertThat(taken.taken()).containsExactly("1");
  }

  @Test
  void shouldSendALabelAgainThatKafkaHasRefused() throws Exception {
    assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    kafka.errorNext(new TopicAuthorizationException("not authorized"));
    assertThatThrownBy(() -> post(label("1"))).hasMessageContaining("not authorized");

    assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    kafka.completeNext();

    assertThat(post(label("1")).taken()).containsExactly("1");
  }

  @Test
  void shouldNotWriteALabelAfterALaterOneOfItsImageThatGotThrough() throws Exception {
    assertThatThrownBy(() -> post(label("1"))).hasMessage(NO_ANSWER);
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);
    kafka.errorNext(new TimeoutException("expired after ten minutes"));
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);
    kafka.completeNext();

    TakenLabels taken = post(label("1"), forget("2"));

    assertThat(taken.taken()).containsExactly("1", "2");
    assertThat(kafka.history()).as("not the first one again").hasSize(2);
  }

  @Test
  void shouldNotWriteALabelAfterOneThatGotThroughThoughAnotherHasFailedSince() throws Exception {
    assertThatThrownBy(() -> post(label("1"), forget("2"), label("3"))).hasMessage(NO_ANSWER);
    kafka.errorNext(new TimeoutException("expired after ten minutes"));
    kafka.completeNext();
    kafka.errorNext(new TimeoutException("expired after ten minutes"));
    assertThatThrownBy(() -> post(label("1"), label("3"))).hasMessage(NO_ANSWER);

    TakenLabels taken = post(label("1"));

    assertThat(taken.taken()).containsExactly("1");
    assertThat(kafka.history()).as("not the first one again").hasSize(3);
  }

  @Test
  void shouldWriteLabelsOfAnImageAgainInTheirOrderIfNoneGotThrough() throws Exception {
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);
    kafka.errorNext(new TimeoutException("expired after ten minutes"));
    kafka.errorNext(new TimeoutException("expired after ten minutes"));
    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);

    assertThatThrownBy(() -> post(label("1"), forget("2"))).hasMessage(NO_ANSWER);

    List<ProducerRecord<byte[], byte[]>> all = kafka.history();
    assertThat(all).hasSize(4);
    assertThat(all.get(2).value()).isEqualTo(all.get(0).value());
    assertThat(all.get(3).value()).isEqualTo(all.get(1).value());
  }

  private TakenLabels post(Given... given) throws ProblemException {
    Answer answer = post.post(new GivenLabels(List.of(given)), Caller.ANYBODY);
    while (answer instanceof Answer.Later later) {
      try {
        answer = later.answer().join();
      } catch (CompletionException e) {
        throw (ProblemException) e.getCause();
      }
    }
    return (TakenLabels) ((Answer.Value) answer).value();
  }

  private static Given label(String id) {
    return given(id, "nut", null);
  }

  private static Given forget(String id) {
    return given(id, null, Verdict.FORGET);
  }

  private static Given given(String id, @Nullable String label, @Nullable Verdict verdict) {
    Claim claim = new Claim("images", 0, 7, "0".repeat(64));
    return new Given(id, "image", claim, label, verdict, Why.OTHER, Instant.EPOCH);
  }
}
