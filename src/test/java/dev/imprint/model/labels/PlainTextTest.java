package dev.imprint.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @Test
  void shouldGiveLabelsThatLookAlikeOneForm() {
    assertThat(PlainText.label("cafe\u0301")).isEqualTo(PlainText.label("caf\u00e9"));
    assertThat(PlainText.label("\u2003hex\u00a0\u00a0nut\u0085")).isEqualTo("hex nut");
    assertThat(PlainText.label("\u2764\ufe0f")).isEqualTo(PlainText.label("\u2764"));
    assertThat(PlainText.label("\u212b")).isEqualTo("\u00c5"); // the sign of the ångström
  }

  @ParameterizedTest
  @ValueSource(strings = {"hex nut", "M8 × 40", "Müller", "ネジ", "صامولة", "🔩", "🇩🇪", "q\u0323"})
  void shouldLeaveALabelAloneThatIsInThisForm(String label) {
    assertThat(PlainText.label(label)).isEqualTo(PlainText.label(PlainText.label(label)));
    assertThat(PlainText.label(label)).isEqualTo(label);
  }

  @Test
  void shouldMeasureALabelInItsForm() {
    assertThat(PlainText.label(" " + "e\u0301".repeat(200))).hasSize(200);
    assertThatThrownBy(() -> PlainText.label("x".repeat(201)))
        .hasMessage("has 201 characters: use at most 200");
  }

  @Test
  void shouldCutWhatIsForPeopleWithoutSplittingACharacter() {
    assertThat(PlainText.forPeople("x".repeat(199) + "🔩")).isEqualTo("x".repeat(199));
    assertThat(PlainText.forPeople("\u0007\u200b ")).isNull();
    assertThat(PlainText.forPeople(null)).isNull();
  }

  @Test
  void shouldEscapeWhatTerminalsObey() {
    assertThat(PlainText.escaped("a\u001b]0;x\u0007\u009b2J\u202eb\nc\u0000"))
        .isEqualTo("a\\u001b]0;x\\u0007\\u009b2J\\u202eb\\u000ac\\u0000");
    assertThat(PlainText.escaped("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
    assertThat(PlainText.escaped("Müller 🔩 'x'")).isEqualTo("Müller 🔩 'x'");
  }
}
