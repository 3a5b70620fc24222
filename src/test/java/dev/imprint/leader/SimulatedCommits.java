package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.imprint.event.Topics;
import dev.imprint.simulation.Commit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Says what was committed, for whoever reads a schedule. */
final class SimulatedCommits {
  /** Decisions by hand bear the time of the day. */
  private static final Pattern TIMES =
      Pattern.compile("\"(at|issued_at|expires_at)\":\"[^\"]*\",?");

  private SimulatedCommits() {}

  static String describe(Commit commit) {
    return commit.records().stream().map(SimulatedCommits::describe).collect(joining(", "))
        + commit.offsets().stream()
            .map(offset -> "; %s read to %d".formatted(offset.topic(), offset.offset()))
            .collect(joining());
  }

  private static String describe(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), UTF_8);
    String text = record.value() == null ? "null" : new String(record.value(), UTF_8);
    boolean telling =
        record.topic().equals(Topics.DEFAULTS.commands()) || key.equals(Topics.ROLLOUT_KEY);
    String value = telling ? TIMES.matcher(text).replaceAll("") : text.equals("null") ? text : "…";
    return "%s@%d %s=%s"
        .formatted(
            record.topic(), record.offset(), key.length() > 20 ? key.substring(0, 8) : key, value);
  }
}
