package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.terminal.Text;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionLineTest {
  private static final Instant AT = Instant.parse("2026-11-24T08:00:00Z");

  private static Prediction prediction(String id) {
    Claim claim = new Claim("images", 0, 0, "");
    return new Prediction(
        id,
        "bearing",
        0.975f,
        List.of(),
        "v12-15a7825e",
        Role.SERVING,
        claim,
        null,
        AT,
        AT,
        false,
        List.of());
  }

  @Test
  void shouldShowTimeImageLabelConfidenceAndVersion() {
    assertThat(PredictionLine.of(prediction("belt-1"), 80))
        .matches("\\d\\d:\\d\\d:\\d\\d  belt-1 {26}  bearing {8}  0.97  v12-15a7825e|.*0.98.*");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 72, 80, 200})
  void shouldFitTheTerminalWithoutSteeringIt(int width) {
    String line = PredictionLine.of(prediction("\u001b[2Jclothing/".repeat(30) + "17.jpg"), width);

    assertThat(Text.columns(line)).isLessThanOrEqualTo(width);
    assertThat(line).contains("17.jpg").contains("bearing").doesNotContain("\u001b");
  }
}
