package dev.imprint.buffer;

import java.util.Comparator;

/** Position of a record on a topic; sorted in reading order. */
public record Position(int partition, long offset) implements Comparable<Position> {
  private static final Comparator<Position> READING_ORDER =
      Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);

  @Override
  public int compareTo(Position other) {
    return READING_ORDER.compare(this, other);
  }
}
