package dev.imprint.labels;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.imprint.event.Json;
import dev.imprint.labels.LabelFile.RawLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labels as CSV. The heading names the columns, in any order; others are ignored.
 *
 * <p>A spreadsheet takes a cell that begins with one of =, +, -, @ for a formula, and a label may
 * come from anybody. So such a cell gets an apostrophe in front, as OWASP recommends ("CSV
 * Injection"), and loses it when it is read.
 */
final class LabelTable {
  private static final String ID = "image_id";
  private static final String LABEL = "label";

  private static final CsvSchema COLUMNS =
      CsvSchema.builder()
          .addColumns(
              List.of(ID, LABEL, "who", "group", "at", "partition", "offset", "sha256", "file"),
              CsvSchema.ColumnType.STRING)
          .build()
          .withHeader();

  /** Apostrophes before it are counted in, so that a text that has them comes back as it was. */
  private static final Pattern FORMULA =
      Pattern.compile("'*[=+\\-@\\t\\r\\n＝＋－＠].*", Pattern.DOTALL);

  private LabelTable() {}

  static byte[] write(List<LabelLine> lines) throws IOException {
    List<Map<?, ?>> rows = new ArrayList<>();
    lines.forEach(line -> rows.add(escaped(Json.fields(line))));
    return new CsvMapper()
        .writer(COLUMNS)
        .writeValueAsString(rows)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Map<?, ?> escaped(Map<?, ?> row) {
    Map<Object, Object> escaped = new HashMap<>(row);
    escaped.replaceAll(
        (column, value) ->
            value instanceof String text && FORMULA.matcher(text).matches() ? "'" + text : value);
    return escaped;
  }

  private static String unescaped(String text) {
    return text.startsWith("'") && FORMULA.matcher(text).matches() ? text.substring(1) : text;
  }

  /**
   * @throws IOException if it is not CSV, or its heading lacks a column
   */
  static List<RawLine> read(byte[] bytes) throws IOException {
    List<RawLine> lines = new ArrayList<>();
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(LabelFile.text(bytes))) {
      while (rows.hasNextValue()) {
        if (lines.isEmpty() && rows.getParserSchema() instanceof CsvSchema heading) {
          requireColumns(heading);
        }
        // At the row's beginning, behind blank lines.
        String where = "line " + rows.getParser().currentLocation().getLineNr();
        lines.add(line(where, rows.nextValue()));
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IOException(
          "line %d: it is not CSV: %s"
              .formatted(e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    }
    return lines;
  }

  private static void requireColumns(CsvSchema heading) throws IOException {
    if (heading.column(ID) == null || heading.column(LABEL) == null) {
      throw new IOException(
          "line 1 must name the columns image_id and label, but it is %s"
              .formatted(String.join(",", heading.getColumnNames())));
    }
  }

  private static RawLine line(String where, Map<String, String> row) {
    try {
      String partition = text(row, "partition");
      String offset = text(row, "offset");
      String at = text(row, "at");
      return new RawLine(
          where,
          new LabelLine(
              unescaped(row.getOrDefault(ID, "")),
              unescaped(row.getOrDefault(LABEL, "")),
              text(row, "who"),
              text(row, "group"),
              at == null ? null : Instant.parse(at),
              partition == null ? null : Integer.valueOf(partition),
              offset == null ? null : Long.valueOf(offset),
              text(row, "sha256"),
              text(row, "file")));
    } catch (NumberFormatException e) {
      return RawLine.unreadable(where, "partition and offset must be whole numbers");
    } catch (DateTimeException e) {
      return RawLine.unreadable(where, "its at is not a time: write it as 2026-11-24T09:10:00Z");
    }
  }

  private static @Nullable String text(Map<String, String> row, String column) {
    String text = row.get(column);
    return text == null || text.isBlank() ? null : unescaped(text);
  }
}
