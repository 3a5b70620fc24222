package dev.imprint.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.model.labels.PlainText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints records of one kind: a table that fits the terminal, or a JSON array with one record per
 * line.
 */
public final class Rows {
  private Rows() {}

  public static void print(PrintWriter out, Collection<? extends Record> rows, boolean json) {
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
      out.print(separator + PlainText.escaped(new String(Json.encode(row), UTF_8)));
      separator = ",\n";
    }
    out.println(rows.isEmpty() ? "[]" : "\n]");
  }

  private static void printTable(PrintWriter out, Collection<? extends Record> rows) {
    List<String> heading = List.of();
    List<List<String>> cells = new ArrayList<>();
    for (Record row : rows) {
      Map<?, ?> fields = Json.fields(row);
      heading = fields.keySet().stream().map(key -> key.toString().replace('_', ' ')).toList();
      cells.add(fields.values().stream().map(Rows::cell).toList());
    }
    if (!cells.isEmpty()) {
      try (Screen screen = Screen.open(out)) {
        new Table(heading, cells).lines(screen.width()).forEach(out::println);
      }
    }
  }

  private static String cell(@Nullable Object value) {
    return value == null ? "" : Text.oneLine(value.toString());
  }
}
