package dev.imprint.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final String CLEAR = "\r\u001b[J";
  private static final String UP = "\u001b[A";

  private final StringWriter out = new StringWriter();

  private static Terminal terminal(String type, int columns) throws IOException {
    Terminal terminal =
        new LineDisciplineTerminal("test", type, new ByteArrayOutputStream(), UTF_8);
    terminal.setSize(new Size(columns, 24));
    return terminal;
  }

  private Screen screen(Terminal terminal) {
    return new Screen(new PrintWriter(out), terminal);
  }

  @Test
  void shouldKeepTheStatusBelowTheLinesOnATerminal() throws IOException {
    try (Screen screen = screen(terminal("xterm", 80))) {
      screen.status("status");
      screen.print("line");
    }

    assertThat(out)
        .hasToString("status" + CLEAR + "line" + System.lineSeparator() + "status" + CLEAR);
  }

  @Test
  void shouldBreakLinesBetweenWordsAndCutTheStatusAtTheWidth() throws IOException {
    try (Screen screen = screen(terminal("xterm", 12))) {
      screen.print("words that do not fit");
      screen.status("status that does not fit");
    }

    assertThat(out.toString().lines())
        .containsExactly("words that", "    do not", "    fit", "status tha…", "\u001b[J");
  }

  @Test
  void shouldTakeAwayAllRowsOfAStatusThatANarrowerWindowHasBroken() throws IOException {
    Terminal terminal = terminal("xterm", 80);
    try (Screen screen = screen(terminal)) {
      screen.status("x".repeat(50));
      terminal.setSize(new Size(20, 24));
      screen.print("line");
    }

    assertThat(out.toString()).startsWith("x".repeat(50) + "\r" + UP + UP + "\u001b[J" + "line");
  }

  /** JLine closes it on Ctrl-C; its system terminals do not respond then. */
  @Test
  void shouldGoOnInTheLastWidthOnceTheTerminalIsClosed() throws IOException {
    Terminal terminal =
        new LineDisciplineTerminal("test", "xterm", new ByteArrayOutputStream(), UTF_8) {
          @Override
          public Size getSize() {
            checkClosed();
            return super.getSize();
          }
        };
    terminal.setSize(new Size(12, 24));
    try (Screen screen = screen(terminal)) {
      screen.print("line");
      terminal.close();
      screen.print("words that do not fit");
    }

    assertThat(out.toString().lines())
        .containsExactly("line", "words that", "    do not", "    fit");
  }

  @Test
  void shouldUseNeitherColoursNorEscapeSequencesOnADumbTerminal() throws IOException {
    try (Screen screen = screen(terminal("dumb", 12))) {
      screen.print("words that do not fit");
      screen.status("status");
      assertThat(screen.ansi().enabled()).isFalse();
    }

    assertThat(out.toString().lines())
        .containsExactly("words that", "    do not", "    fit", "status");
  }

  @Test
  void shouldPrintLinesAsTheyAreWhereThereIsNoTerminal() {
    try (Screen screen = Screen.plain(new PrintWriter(out))) {
      screen.print("x".repeat(500));
      screen.status("status");
    }

    assertThat(out.toString().lines()).containsExactly("x".repeat(500), "status");
  }
}
