package dev.imprint.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  private static final Table TABLE =
      new Table(
          List.of("version", "pictures", "verdict"),
          List.of(
              List.of("v1-0011", "1,210", "promoted: macro F1 0.900 on 20 pictures"),
              List.of("v2-15a7825e", "7", "")));

  @Test
  void shouldAlignTheColumnsWhereAllOfThemFit() {
    assertThat(TABLE.lines(Integer.MAX_VALUE))
        .containsExactly(
            "version      pictures  verdict",
            "v1-0011         1,210  promoted: macro F1 0.900 on 20 pictures",
            "v2-15a7825e         7");
  }

  @Test
  void shouldPutTheLastColumnBelowTheRowsWhereItDoesNotFit() {
    assertThat(TABLE.lines(30))
        .containsExactly(
            "version      pictures",
            "v1-0011         1,210",
            "  promoted: macro F1 0.900 on",
            "  20 pictures",
            "v2-15a7825e         7");
  }

  @Test
  void shouldMakeABlockOfEachRowWhereTheOtherColumnsDoNotFitEither() {
    assertThat(TABLE.lines(20))
        .containsExactly(
            "version   v1-0011",
            "pictures  1,210",
            "verdict   promoted:",
            "          macro F1",
            "          0.900 on",
            "          20",
            "          pictures",
            "",
            "version   v2-15a7825",
            "          e",
            "pictures  7");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12, 20, 21, 30, 40, 62, 80})
  void shouldNeverBeWiderThanTheTerminal(int width) {
    assertThat(TABLE.lines(width)).allMatch(line -> Text.columns(line) <= Math.max(width, 12));
  }

  @Test
  void shouldCountTheColumnsOfWideCharacters() {
    Table labels = new Table(List.of("a", "b"), List.of(List.of("螺母", "x"), List.of("nut", "y")));

    assertThat(labels.lines(80)).containsExactly("a     b", "螺母  x", "nut   y");
  }
}
