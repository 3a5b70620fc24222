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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Labels as CSV. The heading names the columns, in any order; others are ignored. */
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

  private LabelTable() {}

  static byte[] write(List<LabelLine> lines) throws IOException {
    List<Map<?, ?>> rows = new ArrayList<>();
    lines.forEach(line -> rows.add(Json.fields(line)));
    return new CsvMapper()
        .writer(COLUMNS)
        .writeValueAsString(rows)
        .getBytes(StandardCharsets.UTF_8);
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
        lines.add(line("row " + (lines.size() + 2), rows.nextValue()));
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
          "row 1 must name the columns image_id and label, but it is %s"
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
              row.getOrDefault(ID, ""),
              row.getOrDefault(LABEL, ""),
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
    return text == null || text.isBlank() ? null : text;
  }
}
