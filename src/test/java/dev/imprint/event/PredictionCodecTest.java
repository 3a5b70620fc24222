package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.head.Score;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionCodecTest {
  private static final Prediction LABELLED =
      new Prediction(
          "belt-17",
          "washer",
          0.75f,
          List.of(new Score("washer", 0.75f), new Score("nut", 0.25f)),
          "head-0123456789ab",
          Role.SERVING,
          new Claim("images", 3, 17, "ab12"),
          "burst-1",
          Instant.parse("2026-01-02T03:04:05.678Z"),
          Instant.parse("2026-01-02T03:04:05.700Z"),
          true,
          List.of("bolt"));

  private static final Prediction UNLABELLED =
      new Prediction(
          "ä",
          null,
          0,
          List.of(),
          "none",
          Role.CANARY,
          new Claim("images", 0, 0, "cd34"),
          null,
          Instant.EPOCH,
          Instant.EPOCH,
          false,
          List.of());

  @ParameterizedTest
  @EnumSource
  void shouldReadWhatItWrote(PredictionCodec codec) throws IOException {
    assertThat(PredictionCodec.decode(codec.encode(LABELLED))).isEqualTo(LABELLED);
    assertThat(PredictionCodec.decode(codec.encode(UNLABELLED))).isEqualTo(UNLABELLED);
  }

  /** The contract's format, which consumers in other languages read. */
  @Test
  void shouldWriteSnakeCaseLowerCaseEnumsAndIsoTimes() {
    assertThat(new String(PredictionCodec.JSON.encode(LABELLED), UTF_8))
        .isEqualTo(
            """
            {"image_id":"belt-17","label":"washer","confidence":0.75,\
            "top":[{"label":"washer","confidence":0.75},{"label":"nut","confidence":0.25}],\
            "model_version":"head-0123456789ab","role":"serving",\
            "claim":{"topic":"images","partition":3,"offset":17,"sha256":"ab12"},\
            "group":"burst-1","received_at":"2026-01-02T03:04:05.678Z",\
            "predicted_at":"2026-01-02T03:04:05.700Z","ask":true,"unlearned":["bolt"]}""");
  }

  @Test
  void shouldRefuseWhatIsNoPrediction() {
    assertThatThrownBy(() -> PredictionCodec.decode("hello".getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("neither JSON nor an Avro Prediction");
    assertThatThrownBy(() -> PredictionCodec.decode("{\"image_id\": [".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
  }
}
