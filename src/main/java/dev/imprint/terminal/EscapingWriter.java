package dev.imprint.terminal;

import dev.imprint.model.labels.PlainText;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines for people and escapes anything that would control a terminal, because ids, labels
 * and reasons may come from anyone. Line endings are unchanged.
 */
public final class EscapingWriter extends PrintWriter {
  public EscapingWriter(PrintWriter out) {
    super(out, true);
  }

  @Override
  public void println(@Nullable String text) {
    super.println(escaped(String.valueOf(text)));
  }

  /** Called for stack traces. */
  @Override
  public void println(@Nullable Object object) {
    println(String.valueOf(object));
  }

  /** Keeps tabs and line endings. */
  public static String escaped(String text) {
    return text.lines()
        .map(
            line ->
                Stream.of(line.split("\t", -1))
                    .map(PlainText::escaped)
                    .collect(Collectors.joining("\t")))
        .collect(Collectors.joining("\n"));
  }
}
