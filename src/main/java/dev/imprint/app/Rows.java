package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Prints records of one kind: a table for people, or a JSON array with one record a line. */
final class Rows {
  private Rows() {}

  static void print(PrintWriter out, Collection<? extends Record> rows, boolean json) {
    if (json) {
      printJson(out, rows);
    } else {
      printTable(out, rows);
    }
    out.flush();
  }

  private static void printJson(PrintWriter out, Collection<? extends Record> rows) {
    String separator = "[\n";
    for (Record row : rows) {
      out.print(separator + new String(Json.encode(row), UTF_8));
      separator = ",\n";
    }
    out.println(rows.isEmpty() ? "[]" : "\n]");
  }

  private static void printTable(PrintWriter out, Collection<? extends Record> rows) {
    List<List<String>> lines = new ArrayList<>();
    for (Record row : rows) {
      Map<?, ?> fields = Json.fields(row);
      if (lines.isEmpty()) {
        lines.add(fields.keySet().stream().map(k -> k.toString().replace('_', ' ')).toList());
      }
      lines.add(fields.values().stream().map(Rows::cell).toList());
    }
    if (lines.isEmpty()) {
      return;
    }
    int columns = lines.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> lines.stream().mapToInt(line -> line.get(c).length()).max().orElse(0))
            .toArray();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        text.append(line.get(c)).append(" ".repeat(widths[c] - line.get(c).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static String cell(@Nullable Object value) {
    return value == null ? "" : oneLine(value.toString());
  }

  /** Without what would steer a terminal: keys and names come from anybody. */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ");
  }
}
