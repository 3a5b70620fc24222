package dev.imprint.app;

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
 * How far the dead letters of one partition were sent again: all of them under {@code offset}, and
 * those of some reasons further. Kept as a consumer group's offset, the reasons in its metadata, so
 * that neither a replay of one reason nor of all repeats or forgets what the other did. Single
 * letters that could not be sent, but can be once the limit is raised, are left for the next
 * replay. Reasons are a closed set and those letters few, so the metadata stays short.
 */
final class ReplayMarks {
  /** Kafka takes 4096 bytes of metadata; one of these has up to 25. */
  private static final int MOST_LEFT = 120;

  private static final String LEFT = "left";

  private long offset;
  private final Map<String, Long> byReason = new TreeMap<>();
  private final NavigableSet<Long> left = new TreeSet<>();

  /**
   * @param committed null if nothing was replayed yet
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

  /** Under it everything was replayed. */
  long offset() {
    return left.isEmpty() ? offset : Math.min(offset, left.first());
  }

  boolean isReplayed(String reason, long at) {
    return !left.contains(at) && (at < offset || at < byReason.getOrDefault(reason, 0L));
  }

  /**
   * This letter could not be sent; the next replay tries again.
   *
   * @throws CommandFailedException if they are too many to be remembered
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

  /** Retention took what was under it. */
  void forgetUnder(long first) {
    left.headSet(first).clear();
  }

  /**
   * Everything of the reason under {@code next} is replayed now; never goes back.
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
