package dev.imprint.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Output for people. On a terminal, lines are broken between words, and a status line stays below
 * them; elsewhere lines are printed as they are, and a status is a line like any other. The width
 * is queried each time, so a window may be resized.
 *
 * <p>For one thread. Closing removes the status line; the caller closes the writer.
 */
public final class Screen implements AutoCloseable {
  /** Width of a terminal that does not report one. */
  private static final int USUAL_WIDTH = 80;

  /** Indentation of a line's rows after the first. */
  private static final int INDENT = 4;

  private final PrintWriter out;
  private final @Nullable Terminal terminal;
  private int width = USUAL_WIDTH; // last known
  private String status = "";
  private int drawn; // columns of the status on the screen

  Screen(PrintWriter out, @Nullable Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * @param out leads to stdout or stderr
   */
  public static Screen open(PrintWriter out) {
    if (System.console() == null) {
      return plain(out);
    }
    try {
      // JLine's signal handling would replace Java's: Ctrl-C would run no shutdown hook.
      return new Screen(
          out,
          TerminalBuilder.builder()
              .system(true)
              .dumb(true)
              .graphemeCluster(false)
              .nativeSignals(false)
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the terminal", e);
    }
  }

  /** A screen that is not a terminal: for files, pipes and other programs. */
  public static Screen plain(PrintWriter out) {
    return new Screen(out, null);
  }

  /** The present {@link #width()} of what a writer leads to. */
  public static int width(PrintWriter out) {
    try (Screen screen = open(out)) {
      return screen.width();
    }
  }

  /** Whether it is a terminal. */
  public boolean isTerminal() {
    return terminal != null;
  }

  /** Whether a status line can stay below the lines; a terminal of type "dumb" cannot do that. */
  public boolean keepsStatus() {
    return terminal != null
        && terminal.getStringCapability(Capability.clr_eos) != null
        && terminal.getStringCapability(Capability.cursor_up) != null;
  }

  /** Whether lines should be coloured; respects NO_COLOR. */
  public Ansi ansi() {
    return terminal == null || keepsStatus() ? Ansi.AUTO : Ansi.OFF;
  }

  /** In columns; {@link Integer#MAX_VALUE} if it is not a terminal. */
  public int width() {
    if (terminal == null) {
      return Integer.MAX_VALUE;
    }
    try {
      int current = terminal.getWidth();
      width = current > 0 ? current : USUAL_WIDTH;
    } catch (IllegalStateException e) {
      // JLine closes it on Ctrl-C, while a command still prints its result: the last width is used.
    }
    return width;
  }

  /** Prints a line, above the status. */
  public void print(String line) {
    erase();
    if (terminal == null) {
      out.println(line);
    } else {
      Text.wrap(line, width(), INDENT).forEach(out::println);
    }
    draw();
    out.flush();
  }

  /**
   * Replaces the status line below the lines, cut at the window's edge. If the terminal cannot do
   * that, the status is printed.
   */
  public void status(String line) {
    if (keepsStatus()) {
      erase();
      status = line;
      draw();
      out.flush();
    } else {
      print(line);
    }
  }

  private void draw() {
    if (!status.isEmpty()) {
      // One column stays free: after the last one, terminals differ in where the cursor stands.
      String row = Text.start(status, width() - 1);
      out.print(row);
      drawn = Text.columns(row);
    }
  }

  /** A window that became narrower has broken the status into rows: erases all of them. */
  private void erase() {
    if (drawn > 0 && terminal != null) {
      out.print('\r');
      for (int rows = (drawn - 1) / width(); rows > 0; rows--) {
        Curses.tputs(out, terminal.getStringCapability(Capability.cursor_up));
      }
      Curses.tputs(out, terminal.getStringCapability(Capability.clr_eos));
      drawn = 0;
    }
  }

  @Override
  public void close() {
    erase();
    status = "";
    out.flush();
    if (terminal != null) {
      try {
        terminal.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close the terminal", e);
      }
    }
  }
}
