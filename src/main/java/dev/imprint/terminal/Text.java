package dev.imprint.terminal;

import dev.imprint.model.labels.PlainText;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;

/** Measures and breaks text by its width in terminal columns. */
public final class Text {
  private static final String ELLIPSIS = "…";

  private Text() {}

  /** Escapes anything that would control the terminal: ids and names may come from anyone. */
  public static String oneLine(String text) {
    return PlainText.escaped(text.replaceAll("\\s+", " "));
  }

  /** Width in columns; colours take none, a Chinese character takes two. */
  public static int columns(String text) {
    return AttributedString.fromAnsi(text).columnLength();
  }

  /**
   * At most {@code most} columns; a longer text keeps its end, because that is where names differ.
   */
  public static String end(String text, int most) {
    AttributedString whole = new AttributedString(text);
    int columns = whole.columnLength();
    return columns <= most
        ? text
        : ELLIPSIS + whole.columnSubSequence(columns - most + 1, columns).toString();
  }

  /** Exactly {@code columns} columns: padded, or its {@link #end}. */
  public static String padded(String text, int columns) {
    return padded(end(text, columns), columns, false);
  }

  /** The first {@code most} columns at most; keeps colours. */
  static String start(String text, int most) {
    AttributedString whole = AttributedString.fromAnsi(text);
    return whole.columnLength() <= most
        ? text
        : whole.columnSubSequence(0, Math.max(0, most - 1)).toAnsi() + ELLIPSIS;
  }

  static String padded(String text, int columns, boolean right) {
    String space = " ".repeat(Math.max(0, columns - columns(text)));
    return right ? space + text : text + space;
  }

  /**
   * Breaks a line between words, or within one that is too long for a row.
   *
   * @param line may contain colours
   * @param width of a row, in columns
   * @param indent of the rows after the first
   */
  public static List<String> wrap(String line, int width, int indent) {
    AttributedString left = AttributedString.fromAnsi(line);
    String margin = " ".repeat(Math.min(indent, width / 2));
    List<String> rows = new ArrayList<>();
    while (left.columnLength() > room(width, margin, rows)) {
      AttributedString row = left.columnSubSequence(0, room(width, margin, rows));
      int end = end(row.toString(), left.toString(), width - margin.length());
      rows.add((rows.isEmpty() ? "" : margin) + left.subSequence(0, end).toAnsi());
      int next = end;
      while (next < left.length() && left.charAt(next) == ' ') {
        next++;
      }
      left = left.subSequence(next, left.length());
    }
    if (left.length() > 0 || rows.isEmpty()) {
      rows.add((rows.isEmpty() ? "" : margin) + left.toAnsi());
    }
    return rows;
  }

  private static int room(int width, String margin, List<String> rows) {
    return Math.max(1, rows.isEmpty() ? width : width - margin.length());
  }

  /**
   * The end of a row: before the first word that does not fit, or within it if it would not fit
   * into another row either; at least one character.
   *
   * @param room columns of the rows after it
   */
  private static int end(String row, String left, int room) {
    int full = Math.max(1, row.length());
    int space = left.lastIndexOf(' ', full);
    if (left.substring(0, Math.max(0, space)).isBlank()) {
      return full;
    }
    int wordEnd = left.indexOf(' ', space + 1);
    String word = left.substring(space + 1, wordEnd < 0 ? left.length() : wordEnd);
    return columns(word) > room ? full : space;
  }
}
