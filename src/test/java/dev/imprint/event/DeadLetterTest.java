package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final DeadLetter LETTER =
      new DeadLetter(
          "broken_image", "cut off", "images", 2, 17, Instant.parse("2026-01-02T03:04:05Z"), 99);

  @Test
  void shouldReadWhatItWrote() {
    assertThat(DeadLetter.of(LETTER.headers(new RecordHeaders()))).isEqualTo(LETTER);
  }

  /** The names in KIP-1034. */
  @Test
  void shouldNameTheOriginAsKafkaStreamsDoes() {
    Headers headers = LETTER.headers(new RecordHeaders());

    assertThat(text(headers, "__streams.errors.message")).isEqualTo("cut off");
    assertThat(text(headers, "__streams.errors.topic")).isEqualTo("images");
    assertThat(text(headers, "__streams.errors.partition")).isEqualTo("2");
    assertThat(text(headers, "__streams.errors.offset")).isEqualTo("17");
    assertThat(text(headers, "__streams.errors.exception")).endsWith("RejectedException");
  }

  @Test
  void shouldReplaceWhatAnEarlierDeadLetterSaidAndKeepTheUsersHeaders() {
    Headers first = LETTER.headers(new RecordHeaders().add("camera", "north".getBytes(UTF_8)));
    DeadLetter again = new DeadLetter("too_large", "9 MiB", "images", 0, 40, LETTER.at(), 100);

    Headers second = again.headers(first);

    assertThat(DeadLetter.of(second)).isEqualTo(again);
    assertThat(second.headers("imprint.reason")).hasSize(1);
    assertThat(second.headers(VersionHeader.NAME)).hasSize(1);
    assertThat(DeadLetter.originalHeaders(second).toArray()).hasSize(1);
    assertThat(text(second, "camera")).isEqualTo("north");
  }

  @Test
  void shouldRefuseHeadersThatNameNoOrigin() {
    assertThatThrownBy(() -> DeadLetter.of(new RecordHeaders()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a dead letter");
  }

  @Test
  void shouldBoundItsMessage() {
    DeadLetter letter =
        new DeadLetter("bad_event", "x".repeat(5_000), "images", 0, 0, Instant.EPOCH, 1);

    assertThat(letter.message()).hasSizeLessThan(1_100);
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }
}
