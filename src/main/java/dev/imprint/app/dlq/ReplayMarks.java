package dev.imprint.app.dlq;

import dev.imprint.app.service.CommandFailedException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How far the dead letters of one partition have been replayed: all of them below {@code offset},
 * and those with certain reasons further. Stored as a consumer group's offset, with the reasons in
 * its metadata, so that replays of one reason and of all neither repeat nor skip each other's work.
 * Single letters that could not be sent, but can be once a limit is raised, are left for the next
 * replay. Reasons are a closed set and such letters few, so the metadata stays short.
 */
final class ReplayMarks {
  /** Kafka accepts 4096 bytes of metadata; each of these takes up to 25. */
  private static final int MOST_LEFT = 120;

  private static final String LEFT = "left";

  private long offset;
  private final Map<String, Long> byReason = new TreeMap<>();
  private final NavigableSet<Long> left = new TreeSet<>();

  /**
   * @param committed null if nothing has been replayed yet
   */
  ReplayMarks(@Nullable OffsetAndMetadata committed) {
    if (committed != null) {
      offset = committed.offset();
      Arrays.stream(committed.metadata().split(","))
          .filter(mark -> !mark.isEmpty())
          .map(mark -> mark.split("=", 2))
          .forEach(
              mark -> {
                if (mark[0].equals(LEFT)) {
                  left.add(Long.valueOf(mark[1]));
                } else {
                  byReason.put(mark[0], Long.valueOf(mark[1]));
                }
              });
    }
  }

  /** Everything below it has been replayed. */
  long offset() {
    return left.isEmpty() ? offset : Math.min(offset, left.first());
  }

  boolean isReplayed(String reason, long at) {
    return !left.contains(at) && (at < offset || at < byReason.getOrDefault(reason, 0L));
  }

  /**
   * Leaves a letter that could not be sent to the next replay.
   *
   * @throws CommandFailedException if there are too many to remember
   */
  void leave(long at) {
    left.add(at);
    if (left.size() > MOST_LEFT) {
      throw new CommandFailedException(
          "more than %d dead letters are too large: raise images.max_bytes, then replay again"
              .formatted(MOST_LEFT));
    }
  }

  void sent(long at) {
    left.remove(at);
  }

  /** Forgets letters below {@code first}, which retention has deleted. */
  void forgetUnder(long first) {
    left.headSet(first).clear();
  }

  /**
   * Marks everything with the reason below {@code next} as replayed; never moves back.
   *
   * @param reason null for all
   */
  void advance(@Nullable String reason, long next) {
    if (reason == null) {
      offset = Math.max(offset, next);
      byReason.values().removeIf(mark -> mark <= offset);
    } else if (next > offset) {
      byReason.merge(reason, next, Math::max);
    }
  }

  OffsetAndMetadata toCommit() {
    return new OffsetAndMetadata(
        offset,
        Stream.concat(
                byReason.entrySet().stream().map(mark -> mark.getKey() + "=" + mark.getValue()),
                left.stream().map(at -> LEFT + "=" + at))
            .collect(Collectors.joining(",")));
  }
}
