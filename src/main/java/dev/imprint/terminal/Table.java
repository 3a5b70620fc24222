package dev.imprint.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under a heading, fitted to the terminal's width. If not all columns fit, the last one, which
 * tends to be a sentence, moves to lines of its own below each row; if the others do not fit
 * either, each row becomes a block with one line per cell. So nothing is cut off.
 *
 * @param heading the columns' names
 * @param rows each as long as the heading; cells may contain colours
 */
public record Table(List<String> heading, List<List<String>> rows) {
  private static final String GAP = "  ";
  private static final String NUMBER = "[-+]?|[-+]?[\\d.,]+( ?(%|s|ms))?";

  public Table {
    heading = List.copyOf(heading);
    rows = List.copyOf(rows);
  }

  /**
   * @param width {@link Integer#MAX_VALUE} for no limit
   */
  public List<String> lines(int width) {
    int columns = heading.size();
    if (fits(columns, width)) {
      return table(columns, width);
    }
    return columns > 1 && fits(columns - 1, width) ? table(columns - 1, width) : blocks(width);
  }

  private boolean fits(int columns, int width) {
    return IntStream.range(0, columns).mapToLong(this::width).sum() + GAP.length() * (columns - 1L)
        <= width;
  }

  private int width(int column) {
    return Math.max(
        Text.columns(heading.get(column)),
        rows.stream().mapToInt(row -> Text.columns(row.get(column))).max().orElse(0));
  }

  private boolean numbers(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches(NUMBER));
  }

  private List<String> table(int columns, int width) {
    int[] widths = IntStream.range(0, columns).map(this::width).toArray();
    boolean[] right = new boolean[columns];
    IntStream.range(0, columns).forEach(column -> right[column] = numbers(column));
    List<String> lines = new ArrayList<>();
    lines.add(line(heading, widths, right));
    for (List<String> row : rows) {
      lines.add(line(row, widths, right));
      for (String below : row.subList(columns, row.size())) {
        if (!below.isEmpty()) {
          lines.addAll(Text.wrap(GAP + below, width, GAP.length()));
        }
      }
    }
    return lines;
  }

  private static String line(List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(column == 0 ? "" : GAP)
          .append(Text.padded(cells.get(column), widths[column], right[column]));
    }
    return line.toString().stripTrailing();
  }

  private List<String> blocks(int width) {
    int names = heading.stream().mapToInt(Text::columns).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      for (int column = 0; column < row.size(); column++) {
        if (!row.get(column).isEmpty()) {
          String name = Text.padded(heading.get(column), names, false);
          lines.addAll(Text.wrap(name + GAP + row.get(column), width, names + GAP.length()));
        }
      }
    }
    return lines;
  }
}
