package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.avro.ImageClaim;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedbackCodecTest {
  private static final String SHA = "ab".repeat(32);

  @Test
  void shouldReadTheExampleOfTheDocumentation() throws Exception {
    Feedback feedback =
        FeedbackCodec.read(
            null, bytes("{\"image_id\": \"belt-17\", \"label\": \"washer\", \"who\": \"anna\"}"));

    assertThat(feedback)
        .isEqualTo(new Feedback("belt-17", "washer", null, null, "anna", Why.OTHER, null));
  }

  @Test
  void shouldTakeTheImageFromTheKey() throws Exception {
    Feedback feedback = FeedbackCodec.read(bytes("belt-17"), bytes("{\"verdict\": \"correct\"}"));

    assertThat(feedback.imageId()).isEqualTo("belt-17");
    assertThat(feedback.verdict()).isEqualTo(Verdict.CORRECT);
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    Feedback feedback =
        new Feedback(
            "belt-17",
            "washer",
            null,
            new Claim("images", 1, 7, SHA),
            "anna",
            Why.UNCERTAIN,
            Instant.parse("2026-01-02T03:04:05.678Z"));

    assertThat(FeedbackCodec.read(bytes("belt-17"), FeedbackCodec.encode(feedback)))
        .isEqualTo(feedback);
  }

  @Test
  void shouldReadAvroToTheSame() throws Exception {
    assertThat(FeedbackCodec.read(null, event()))
        .isEqualTo(
            new Feedback(
                "belt-17",
                null,
                Verdict.INCORRECT,
                new Claim("images", 1, 7, SHA),
                "anna",
                Why.RANDOM,
                Instant.ofEpochMilli(42)));
  }

  @Test
  void shouldTrimALabel() throws Exception {
    assertThat(read("{\"label\": \"  washer \"}").label()).isEqualTo("washer");
  }

  @Test
  void shouldRefuseFeedbackThatSaysNothingOrTwoThings() {
    assertRejected("{}", Rejection.BAD_FEEDBACK, "either a label or a verdict");
    assertRejected(
        "{\"label\": \"a\", \"verdict\": \"correct\"}", Rejection.BAD_FEEDBACK, "either");
    assertRejected("{\"label\": \"  \"}", Rejection.BAD_FEEDBACK, "blank");
  }

  @Test
  void shouldRefuseALabelThatIsTooLongOrNoText() {
    assertRejected("{\"label\": \"%s\"}".formatted("x".repeat(201)), Rejection.BAD_FEEDBACK, "201");
    assertRejected("{\"label\": \"a\\ud800\"}", Rejection.BAD_FEEDBACK, "surrogate");
  }

  @Test
  void shouldRefuseAnImageIdThatIsMissingTooLongOrAnotherThanTheKey() {
    byte[] label = bytes("{\"label\": \"a\"}");
    assertRejected(null, label, Rejection.BAD_KEY, "does not name an image");
    assertRejected(new byte[1025], label, Rejection.BAD_KEY, "1025");
    byte[] other = bytes("{\"label\": \"a\", \"image_id\": \"2\"}");
    assertRejected(bytes("1"), other, Rejection.BAD_KEY, "equal");
  }

  @Test
  void shouldRefuseHalfAClaim() {
    for (String claim :
        List.of(
            "{}",
            "{\"topic\": \"images\", \"partition\": 0, \"sha256\": \"%s\"}".formatted(SHA),
            "{\"topic\": \"images\", \"partition\": 0, \"offset\": 1, \"sha256\": \"ab\"}",
            "{\"topic\": \"images\", \"partition\": -1, \"offset\": 1, \"sha256\": \"%s\"}"
                .formatted(SHA))) {
      assertRejected(
          "{\"label\": \"a\", \"claim\": %s}".formatted(claim), Rejection.BAD_FEEDBACK, "claim");
    }
  }

  @Test
  void shouldRefuseWhatIsNeitherJsonNorAvro() {
    assertRejected("washer", Rejection.BAD_FEEDBACK, "neither");
    assertRejected(bytes("1"), null, Rejection.EMPTY, "tombstone");
    assertRejected(bytes("1"), new byte[0], Rejection.EMPTY, "is empty");
  }

  @Test
  void shouldCauseNoOtherExceptionWhateverTheBytes() throws Exception {
    Random random = new Random(42);
    List<byte[]> valid =
        List.of(
            event(),
            bytes(
                "{\"label\": \"washer\", \"who\": \"anna\", \"why\": \"random\", \"at\": 12,"
                    + " \"claim\": {\"topic\": \"i\", \"partition\": 1, \"offset\": 2,"
                    + " \"sha256\": \"%s\"}}".formatted(SHA)));
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = mutated(valid.get(i % 2), random);
      try {
        FeedbackCodec.read(bytes("belt-17"), bytes);
        read++;
      } catch (RejectedException e) {
        assertThat(e.reason()).isIn(Rejection.ofFeedback());
      }
    }
    assertThat(read).isPositive();
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] bytes =
        Arrays.copyOf(valid, random.nextBoolean() ? valid.length : random.nextInt(valid.length));
    int from = valid[0] == '{' || random.nextInt(8) == 0 ? 0 : 10;
    for (int n = random.nextInt(4); n > 0 && bytes.length > from; n--) {
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static Feedback read(String json) throws RejectedException {
    return FeedbackCodec.read(bytes("belt-17"), bytes(json));
  }

  private static void assertRejected(String json, Rejection reason, String said) {
    assertRejected(bytes("1"), bytes(json), reason, said);
  }

  private static void assertRejected(
      byte @Nullable [] key, byte @Nullable [] value, Rejection reason, String said) {
    assertThatThrownBy(() -> FeedbackCodec.read(key, value))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(said);
  }

  private static byte[] event() throws IOException {
    ByteBuffer encoded =
        dev.imprint.event.avro.Feedback.getEncoder()
            .encode(
                dev.imprint.event.avro.Feedback.newBuilder()
                    .setImageId("belt-17")
                    .setVerdict(dev.imprint.event.avro.Verdict.incorrect)
                    .setClaim(new ImageClaim("images", 1, 7L, SHA))
                    .setWho("anna")
                    .setWhy(dev.imprint.event.avro.Why.random)
                    .setAt(Instant.ofEpochMilli(42))
                    .build());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
