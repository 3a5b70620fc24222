package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.RejectedException;
import dev.imprint.model.labels.PlainText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a dead letter. The first five are those of Kafka Streams' own dead letters
 * (KIP-1034), so that tools for those can read ours.
 *
 * @param reason a {@link dev.imprint.model.Rejection#tag()}
 * @param message for people
 * @param topic the original record's topic; likewise {@code partition} and {@code offset}
 * @param at when it was rejected
 * @param size bytes of the original value; -1 for a tombstone. If the dead letter's value is
 *     shorter, it was truncated, and only the original record is complete
 */
public record DeadLetter(
    String reason, String message, String topic, int partition, long offset, Instant at, int size) {

  /** Prefix of the header names defined by Kafka Streams. */
  private static final String STREAMS = "__streams.errors.";

  private static final String EXCEPTION = STREAMS + "exception";
  private static final String MESSAGE = STREAMS + "message";
  private static final String TOPIC = STREAMS + "topic";
  private static final String PARTITION = STREAMS + "partition";
  private static final String OFFSET = STREAMS + "offset";
  private static final String OURS = "imprint.";
  private static final String REASON = OURS + "reason";
  private static final String AT = OURS + "at";
  private static final String SIZE = OURS + "size";

  /** Maximum length of a message, in characters; some decoders quote their input. */
  private static final int MAX_MESSAGE = 1000;

  public DeadLetter {
    message = PlainText.escaped(message);
    message = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
  }

  /**
   * The dead letter's headers: the original record's, then ours.
   *
   * @param original may contain those of an earlier dead letter, if it was replayed; these are
   *     removed
   */
  public Headers headers(Headers original) {
    Headers headers = VersionHeader.with(originalHeaders(original));
    add(headers, EXCEPTION, RejectedException.class.getName());
    add(headers, MESSAGE, message);
    add(headers, TOPIC, topic);
    add(headers, PARTITION, Integer.toString(partition));
    add(headers, OFFSET, Long.toString(offset));
    add(headers, REASON, reason);
    add(headers, AT, at.toString());
    add(headers, SIZE, Integer.toString(size));
    return headers;
  }

  /** A copy without the headers that dead letters add. */
  public static Headers originalHeaders(Headers headers) {
    List<Header> kept =
        Arrays.stream(headers.toArray())
            .filter(h -> !h.key().startsWith(STREAMS) && !h.key().startsWith(OURS))
            .toList();
    return RecordParts.headers(kept);
  }

  /**
   * Reads the headers of one of our dead letters, or of one of Kafka Streams' own.
   *
   * @throws IllegalArgumentException if they do not name an original record
   */
  public static DeadLetter of(Headers headers) {
    return new DeadLetter(
        read(headers, REASON, "unknown", s -> s),
        read(headers, MESSAGE, "", s -> s),
        read(headers, TOPIC, null, s -> s),
        read(headers, PARTITION, null, Integer::valueOf),
        read(headers, OFFSET, null, Long::valueOf),
        read(headers, AT, Instant.EPOCH, Instant::parse),
        read(headers, SIZE, -1, Integer::valueOf));
  }

  private static void add(Headers headers, String key, String value) {
    headers.add(key, value.getBytes(UTF_8));
  }

  private static <T> T read(
      Headers headers, String key, @Nullable T otherwise, Function<String, T> parse) {
    Header header = headers.lastHeader(key);
    if (header != null && header.value() != null) {
      String text = new String(header.value(), UTF_8);
      try {
        return parse.apply(text);
      } catch (DateTimeException | NumberFormatException e) {
        throw new IllegalArgumentException("header %s holds '%s'".formatted(key, text), e);
      }
    }
    if (otherwise == null) {
      throw new IllegalArgumentException("no header " + key + ": not a dead letter");
    }
    return otherwise;
  }
}
