package dev.imprint.page.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.web.api.Answer;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThumbnailsTest {
  private static final TestDecoder ANY = image -> new Pixels(1, 1, new float[3]);

  private final AtomicInteger reads = new AtomicInteger();
  private final List<Thumbnails> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Thumbnails::close);
  }

  @Test
  void shouldMakeAPictureOnceForAllWhoAskAtOnce() {
    CountDownLatch asked = new CountDownLatch(1);
    PictureReader slow =
        claim -> {
          reads.incrementAndGet();
          join(asked);
          return image("picture", claim);
        };
    Thumbnails thumbnails = open(slow);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(thumbnails.of(claim(1)));
    }
    await().until(() -> reads.get() == 1);
    asked.countDown();

    for (Answer answer : answers) {
      assertThat(picture(answer)).asString(UTF_8).isEqualTo("picture");
    }
    assertThat(reads).hasValue(1);
    assertThat(thumbnails.of(claim(1))).as("at once").isInstanceOf(Answer.Bytes.class);
  }

  @Test
  void shouldLetNobodyWaitForAPictureThatCouldNotBeMade() {
    CountDownLatch asked = new CountDownLatch(1);
    Thumbnails thumbnails =
        open(
            claim -> {
              reads.incrementAndGet();
              join(asked);
              throw new StackOverflowError("a decoder's");
            });
    Answer first = thumbnails.of(claim(1));
    Answer second = thumbnails.of(claim(1));

    asked.countDown();

    assertThatThrownBy(() -> picture(first)).hasRootCauseInstanceOf(StackOverflowError.class);
    assertThatThrownBy(() -> picture(second)).hasRootCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void shouldTurnAwayWhoWaitsForTooLong() {
    CountDownLatch asked = new CountDownLatch(1);
    Thumbnails thumbnails =
        open(
            claim -> {
              join(asked);
              return image("picture", claim);
            });
    Answer first = thumbnails.of(claim(1));

    Answer second = thumbnails.of(claim(2));

    assertThatThrownBy(() -> picture(second)).hasMessageContaining("too many pictures at once");
    asked.countDown();
    assertThat(picture(first)).asString(UTF_8).isEqualTo("picture");
  }

  @Test
  void shouldKeepTheNewestWithinABound() {
    byte[] megabyte = new byte[1 << 20];
    Thumbnails thumbnails =
        open(
            claim -> {
              reads.incrementAndGet();
              return new IncomingImage("id", megabyte, null);
            });
    for (int offset = 0; offset < 100; offset++) {
      picture(thumbnails.of(claim(offset)));
    }

    picture(thumbnails.of(claim(99)));
    assertThat(reads).as("still kept").hasValue(100);
    picture(thumbnails.of(claim(0)));
    assertThat(reads).as("forgotten").hasValue(101);
  }

  @Test
  void shouldSayWhyThereIsNone() {
    ImageDecoder refusing =
        (TestDecoder)
            image -> {
              throw new RejectedException(Rejection.BROKEN_IMAGE, "a JPEG that ends early");
            };
    assertProblem(open(claim -> null), 404, "no longer on the topic images");
    assertProblem(open(claim -> image("x", claim), () -> null), 503, "is starting");
    assertProblem(open(claim -> image("x", claim), () -> refusing), 404, "a JPEG that ends early");
    assertProblem(
        open(
            claim -> {
              throw new IllegalStateException("cannot read picture back");
            }),
        503,
        "cannot read picture back");
  }

  private Thumbnails open(PictureReader pictures) {
    return open(pictures, () -> ANY);
  }

  private Thumbnails open(PictureReader pictures, Supplier<@Nullable ImageDecoder> decoder) {
    Thumbnails thumbnails = new Thumbnails(pictures, decoder, WatchRoutes.THUMBNAIL_SIDE);
    opened.add(thumbnails);
    return thumbnails;
  }

  private static byte[] picture(Answer answer) {
    return answer instanceof Answer.Later later
        ? picture(later.answer().join())
        : ((Answer.Bytes) answer).bytes();
  }

  private static void assertProblem(Thumbnails thumbnails, int status, String detail) {
    assertThatThrownBy(() -> picture(thumbnails.of(claim(1))))
        .cause()
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(detail)
        .hasFieldOrPropertyWithValue("status", status);
  }

  private static IncomingImage image(String text, Claim claim) {
    return new IncomingImage("id-" + claim.offset(), text.getBytes(UTF_8), null);
  }

  private static Claim claim(long offset) {
    return new Claim("images", 0, offset, "0".repeat(64));
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
