package dev.imprint.model.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingsTest {
  @Test
  void shouldGroupLabelsThatDifferInCaseSpacesHyphensAndCompatibleForms() {
    assertThat(
            Spellings.among(
                List.of(
                    "T-shirt", "t shirt", "tshirt", "Ｎｕｔ", "nut", "Straße", "STRASSE", "ﬁn", "fin",
                    "σας", "ΣΑΣ", "bolt", "bolts", "café", "cafe", "7", "７", "-", "_")))
        .containsExactlyInAnyOrder(
            List.of("T-shirt", "t shirt", "tshirt"),
            List.of("nut", "Ｎｕｔ"),
            List.of("STRASSE", "Straße"),
            List.of("fin", "ﬁn"),
            List.of("ΣΑΣ", "σας"),
            List.of("7", "７"));
  }

  @Test
  void shouldSayWhichOnes() {
    assertThat(Spellings.words(List.of("Nut", "nut")))
        .isEqualTo("'Nut' and 'nut' look like spellings of one label");
  }
}
