package dev.imprint.buffer;

import dev.imprint.event.RecordReader.OffsetRange;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A random sample of a topic's records by their positions alone: those with the smallest hashes
 * (bottom-k sampling). So it needs no state, is the same after a restart and on another instance,
 * and changes by few as records come and go.
 */
final class PositionSample {
  /** In a partition, the newest ones; scanning them takes about a second. */
  private static final long MOST_SEEN = 10_000_000;

  private final int size;
  private final TreeSet<Position> smallest =
      new TreeSet<>(
          Comparator.comparingLong(PositionSample::hash).thenComparing(Comparator.naturalOrder()));
  private final Map<Integer, Long> seen = new HashMap<>();

  /**
   * @param size most positions in it
   */
  PositionSample(int size) {
    this.size = size;
  }

  /** The sample of what a topic holds now. */
  Set<Position> of(Map<Integer, OffsetRange> ranges) {
    boolean gone =
        smallest.removeIf(
            at -> {
              OffsetRange range = ranges.get(at.partition());
              return range == null || at.offset() < range.from() || at.offset() >= range.to();
            });
    if (gone) {
      seen.clear(); // others take their place, which were not among the smallest before
    }
    ranges.forEach(
        (partition, range) -> {
          long from = Math.max(range.from(), seen.getOrDefault(partition, 0L));
          for (long offset = Math.max(from, range.to() - MOST_SEEN);
              offset < range.to();
              offset++) {
            add(new Position(partition, offset));
          }
          seen.put(partition, range.to());
        });
    return new HashSet<>(smallest);
  }

  private void add(Position position) {
    if (smallest.size() < size) {
      smallest.add(position);
    } else if (size > 0 && hash(position) < hash(smallest.last())) {
      smallest.add(position);
      smallest.pollLast();
    }
  }

  /** The finalizer of SplitMix64 (Steele et al. 2014), in which each bit depends on all. */
  private static long hash(Position at) {
    long z = at.offset() * 0x9E3779B97F4A7C15L + at.partition();
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
