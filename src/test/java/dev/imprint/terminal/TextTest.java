package dev.imprint.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void shouldBreakBetweenWordsAndIndentWhatFollows() {
    assertThat(Text.wrap("a line of some words", 10, 2))
        .containsExactly("a line of", "  some", "  words");
    assertThat(Text.wrap("  indented words", 10, 2)).containsExactly("  indented", "  words");
  }

  @Test
  void shouldBreakAWordThatIsLongerThanARow() {
    assertThat(Text.wrap("v2-15a7825e", 4, 0)).containsExactly("v2-1", "5a78", "25e");
  }

  @Test
  void shouldCountNoColumnsForColoursAndKeepThemOverTheBreak() {
    String red = "\u001b[31mone two\u001b[0m";

    assertThat(Text.columns(red)).isEqualTo(7);
    assertThat(Text.wrap(red, 7, 0)).hasSize(1);
    assertThat(Text.wrap(red, 4, 0))
        .containsExactly("\u001b[31mone\u001b[0m", "\u001b[31mtwo\u001b[0m");
  }

  @Test
  void shouldGoOnWhereARowHasRoomForNoCharacter() {
    assertThat(Text.wrap("螺母", 1, 4)).containsExactly("螺", "母");
    assertThat(Text.wrap("", 10, 4)).containsExactly("");
  }

  @Test
  void shouldKeepTheEndOfALongName() {
    assertThat(Text.end("clothing/dress/17.jpg", 11)).isEqualTo("…ess/17.jpg");
    assertThat(Text.end("a.jpg", 11)).isEqualTo("a.jpg");
  }

  @Test
  void shouldTakeOutWhatSteersATerminal() {
    assertThat(Text.oneLine("a\u001b[2J\nb")).isEqualTo("a [2J b");
  }
}
