package dev.imprint.terminal;

import dev.imprint.model.PlainText;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines for people, without what would steer a terminal: ids, labels and reasons in them come from
 * anybody. Lines end as they did.
 */
public final class EscapingWriter extends PrintWriter {
  public EscapingWriter(PrintWriter out) {
    super(out, true);
  }

  @Override
  public void println(@Nullable String text) {
    super.println(escaped(String.valueOf(text)));
  }

  /** Stack traces come this way. */
  @Override
  public void println(@Nullable Object object) {
    println(String.valueOf(object));
  }

  /** Tabs and line ends stay. */
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
