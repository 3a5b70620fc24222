package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Command;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.TunedTop;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.model.head.Score;
import dev.imprint.model.labels.LabelChanges;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Later releases read everything that a release has written. */
class StoredRecordsTest {
  private static final String SHA = "5766cadc".repeat(8);
  private static final Claim CLAIM = new Claim("images", 3, 17, SHA);
  private static final Claim SAID = new Claim("feedback", 0, 5, "a0c1d2e3".repeat(8));
  private static final Instant RECEIVED = Instant.parse("2026-11-24T08:37:02.213Z");
  private static final Instant AT = Instant.parse("2026-11-24T08:37:02.241Z");
  private static final Feedback FEEDBACK =
      new Feedback("belt-17", "washer", null, CLAIM, "anna", Why.UNCERTAIN, AT);

  private static Prediction prediction(List<Score> top, boolean ask) {
    return new Prediction(
        "belt-17",
        "washer",
        0.75f,
        top,
        "v12-098a7510",
        Role.SERVING,
        CLAIM,
        "burst-1",
        RECEIVED,
        AT,
        ask,
        List.of());
  }

  @Test
  void shouldReadPredictions() throws IOException {
    Prediction full =
        prediction(List.of(new Score("washer", 0.75f), new Score("nut", 0.25f)), false);

    assertThat(prediction("prediction-1.avro")).isEqualTo(full);
    assertThat(prediction("prediction.json")).isEqualTo(full);
    assertThat(prediction("prediction-1-remembered.avro")).isEqualTo(prediction(List.of(), false));
    assertThat(prediction("prediction-2.avro")).isEqualTo(prediction(full.top(), true));
    Prediction third = prediction("prediction-3.avro");
    assertThat(third.unlearned()).containsExactly("bolt", "gear");
    assertThat(third.ask()).isTrue();
    Prediction unlabelled = prediction("prediction-1-unlabelled.avro");
    assertThat(unlabelled.label()).isNull();
    assertThat(unlabelled.role()).isEqualTo(Role.CANARY);
  }

  @Test
  void shouldReadAnImageEvent() throws Exception {
    IncomingImage image =
        IncomingImage.read(null, StoredRecords.read("image-event-1.avro"), "images-0-7");

    assertThat(image.id()).isEqualTo("belt-17");
    assertThat(image.group()).isEqualTo("burst-1");
    assertThat(image.picture()).isEqualTo(new byte[] {(byte) 0xFF, (byte) 0xD8, 1, 2, 3});
  }

  @Test
  void shouldReadFeedback() throws Exception {
    assertThat(FeedbackCodec.read(null, StoredRecords.read("feedback-1.avro"))).isEqualTo(FEEDBACK);
    assertThat(FeedbackCodec.read(null, StoredRecords.read("feedback.json"))).isEqualTo(FEEDBACK);
    assertThat(
            FeedbackCodec.read("1".getBytes(UTF_8), StoredRecords.read("feedback-1-verdict.avro")))
        .isEqualTo(new Feedback("1", null, Verdict.FORGET, null, null, Why.OTHER, null));
  }

  @Test
  void shouldReadAHead() throws IOException {
    DenseHead head =
        HeadFile.read(new ByteArrayInputStream(StoredRecords.read("head-1.head"))).head();

    assertThat(head.backboneId()).isEqualTo("b");
    assertThat(head.labels()).containsExactly("nut", "bolt");
    assertThat(head.weights()).containsExactly(1, -2, 3.5f, 4);
    assertThat(head.bias()).containsExactly(0.5f, 0);
  }

  @Test
  void shouldReadTheWeightsOfAFineTunedNetwork() throws IOException {
    TunedTop top = TopFile.read(new ByteArrayInputStream(StoredRecords.read("tuned-weight-1.top")));

    assertThat(top.backboneId()).isEqualTo("ab12");
    assertThat(top.layers()).containsExactly("block6a/conv", "block7/conv");
    TunedTop.Weight first = top.weights().get(0);
    assertThat(first.name()).isEqualTo("layers/conv2d_3/0");
    assertThat(first.shape()).containsExactly(1, 2, 2);
    assertThat(first.values()).containsExactly(1.5f, -2, 0, 1e-30f);
  }

  @Test
  void shouldReadAHeadWithHiddenLayers() throws IOException {
    DenseHead head =
        HeadFile.read(new ByteArrayInputStream(StoredRecords.read("head-2.head"))).head();

    DenseLayer hidden = head.hidden().get(0);
    assertThat(head.hidden()).hasSize(1);
    assertThat(hidden.weights()).containsExactly(1, -2, 3.5f, 4, 0, 1);
    assertThat(hidden.bias()).containsExactly(0.5f, 0, -1);
    assertThat(hidden.activation()).isEqualTo(Activation.RELU);
    assertThat(head.weights()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(head.bias()).containsExactly(0, 0.25f);
  }

  @Test
  void shouldReadLabelsAndOutcomes() throws IOException {
    assertThat(json("label.json", Label.class))
        .isEqualTo(new Label("belt-17", "washer", CLAIM, "burst-1", "anna", AT, SAID));
    assertThat(json("label-removal.json", LabelRemoval.class))
        .isEqualTo(new LabelRemoval("washer", AT));
    assertThat(json("outcome.json", Outcome.class))
        .isEqualTo(
            new Outcome(
                "belt-17",
                "nut",
                "washer",
                0.41f,
                "v12-098a7510",
                Role.SERVING,
                "anna",
                Why.RANDOM,
                AT,
                false));
  }

  @Test
  void shouldReadChangesOfLabels() throws IOException {
    Map<String, String> names = Map.of("nut", "hex nut", "Nut", "hex nut");
    Set<String> retired = Set.of("gear");

    assertThat(json("label-changes-1.json", LabelChanges.class))
        .isEqualTo(new LabelChanges(Map.of("nut", "hex nut"), retired));
    assertThat(json("label-changes-2.json", LabelChanges.class))
        .isEqualTo(new LabelChanges(names, retired, Map.of("nut", AT), 0));
    assertThat(json("label-changes-3.json", LabelChanges.class))
        .isEqualTo(new LabelChanges(names, retired, Map.of("nut", AT, "Nut", Instant.EPOCH), 13));
  }

  @Test
  void shouldReadCommandsAndAnswers() throws IOException {
    assertThat(json("command.json", Command.class))
        .isEqualTo(
            new Command(
                "night-1",
                Command.Kind.PROMOTE,
                "v12-098a7510",
                "v11-5b1f2a77",
                false,
                RECEIVED,
                AT,
                "anna"));
    assertThat(json("answer.json", Command.Answer.class))
        .isEqualTo(
            new Command.Answer(
                "night-1", Command.Answer.State.DONE, "promoted", "v12-098a7510", AT));
  }

  private static Prediction prediction(String name) throws IOException {
    return PredictionCodec.decode(StoredRecords.read(name));
  }

  private static <T> T json(String name, Class<T> type) throws IOException {
    return Json.decode(StoredRecords.read(name), type);
  }
}
