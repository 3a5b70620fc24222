package dev.imprint.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContradictionsTest {
  @Test
  void shouldFindOnePictureThatPeopleLabelDifferently() {
    List<Label> labels =
        List.of(
            label("a", "nut", "anna", "d1"),
            label("b", "bolt", "ben", "d1"),
            label("c", "nut", "anna", "d2"),
            label("d", "nut", "ben", "d2"), // they agree
            label("e", "nut", "anna", "d3"),
            label("f", "bolt", "anna", "d3"), // the same person
            label("g", "gear", null, "d4"));

    assertThat(Contradictions.among(labels))
        .singleElement()
        .satisfies(
            each -> assertThat(each.labels()).extracting(Label::imageId).containsExactly("a", "b"));
  }

  private static Label label(String image, String label, @Nullable String who, String sha256) {
    Claim claim = new Claim("images", 0, 0, sha256);
    return new Label(image, label, claim, null, who, Instant.EPOCH, claim);
  }
}
