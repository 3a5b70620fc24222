package dev.imprint.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarksFileTest {
  private static final String TEXT =
      """
      # Benchmarks

      ## Serving

      fast

      ## Learning

      how

      ### Swaps

      twenty
      """;

  @Test
  void shouldReplaceOnlyTheSectionOfTheSameHeading() {
    assertThat(BenchmarksFile.withSection(TEXT, "## Serving\n\nslow\n"))
        .isEqualTo(TEXT.replace("fast", "slow"));
  }

  @Test
  void shouldKeepWhatASectionHoldsWhenAPartOfItIsReplaced() {
    String learning = BenchmarksFile.section(TEXT, "## Learning").orElseThrow();
    String replaced = BenchmarksFile.withSection(learning, "### Swaps\n\nthirty\n");
    assertThat(BenchmarksFile.withSection(TEXT, replaced))
        .isEqualTo(TEXT.replace("twenty", "thirty"));
  }

  @Test
  void shouldAddASectionThatIsNotThereAtTheEnd() {
    assertThat(BenchmarksFile.withSection(TEXT, "## Other\n\nnew\n"))
        .isEqualTo(TEXT + "\n## Other\n\nnew\n");
  }
}
