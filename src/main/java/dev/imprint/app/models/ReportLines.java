package dev.imprint.app.models;

import dev.imprint.model.labels.PlainText;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Lines of a report that fit the terminal.
 *
 * @param width of the terminal, in columns
 */
record ReportLines(PrintWriter out, int width) {
  private static final int MOST_NAMED = 10;
  private static final int INDENT = 4;

  void say(String line) {
    Text.wrap(PlainText.escaped(line), width, INDENT).forEach(out::println);
  }

  /** The first few, and how many more there are. */
  static String listed(Collection<String> all) {
    String first = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.isEmpty()
        ? "none"
        : all.size() > MOST_NAMED
            ? "%s and %d more (--json lists all)".formatted(first, all.size() - MOST_NAMED)
            : first;
  }
}
