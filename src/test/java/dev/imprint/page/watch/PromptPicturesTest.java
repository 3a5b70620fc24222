package dev.imprint.page.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PromptPicturesTest {
  private static final Claim CLAIM = new Claim("images", 0, 7, "d1");

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private boolean away;
  private final PromptPictures pictures =
      new PromptPictures(
          claim -> {
            reads.incrementAndGet();
            if (away) {
              throw new IllegalStateException("no answer in 3 s");
            }
            return new IncomingImage("a", new byte[] {1}, null);
          },
          nanos::get);

  @Test
  void shouldLetOneCallWaitForKafkaAndFailTheNextOnesAtOnce() {
    away = true;
    assertThatThrownBy(() -> pictures.read(CLAIM)).hasMessage("no answer in 3 s");

    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> pictures.read(CLAIM))
          .hasMessageStartingWith("Kafka does not answer");
    }

    assertThat(reads).hasValue(1);
  }

  @Test
  void shouldAskKafkaAgainAfterAWhile() {
    away = true;
    assertThatThrownBy(() -> pictures.read(CLAIM)).hasMessage("no answer in 3 s");
    away = false;

    nanos.addAndGet(Duration.ofSeconds(3).toNanos());

    assertThat(Objects.requireNonNull(pictures.read(CLAIM)).id()).isEqualTo("a");
    assertThat(pictures.read(CLAIM)).isNotNull();
  }
}
