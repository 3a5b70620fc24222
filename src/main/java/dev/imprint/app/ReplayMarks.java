package dev.imprint.app;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How far the dead letters of one partition were sent again: all of them under {@code offset}, and
 * those of some reasons further. Kept as a consumer group's offset, the reasons in its metadata, so
 * that neither a replay of one reason nor of all repeats or forgets what the other did. Reasons are
 * a closed set, so the metadata stays short.
 */
final class ReplayMarks {
  private long offset;
  private final Map<String, Long> byReason = new TreeMap<>();

  /**
   * @param committed null if nothing was replayed yet
   */
  ReplayMarks(@Nullable OffsetAndMetadata committed) {
    if (committed != null) {
      offset = committed.offset();
      Arrays.stream(committed.metadata().split(","))
          .filter(mark -> !mark.isEmpty())
          .map(mark -> mark.split("=", 2))
          .forEach(mark -> byReason.put(mark[0], Long.valueOf(mark[1])));
    }
  }

  /** Under it everything was replayed. */
  long offset() {
    return offset;
  }

  boolean isReplayed(String reason, long at) {
    return at < offset || at < byReason.getOrDefault(reason, 0L);
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
        byReason.entrySet().stream()
            .map(mark -> mark.getKey() + "=" + mark.getValue())
            .collect(Collectors.joining(",")));
  }
}
