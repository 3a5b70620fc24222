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
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThumbnailsTest {
  private static final TestDecoder ANY = image -> new Pixels(1, 1, new float[3]);

  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void shouldMakeAPictureOnceForAllWhoAskAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    PictureReader slow =
        claim -> {
          reads.incrementAndGet();
          join(asked);
          return image("picture", claim);
        };
    Thumbnails thumbnails = new Thumbnails(slow, () -> ANY, 320);
    ExecutorService browsers = Executors.newFixedThreadPool(10);
    try {
      List<Future<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(browsers.submit(() -> thumbnails.of(claim(1))));
      }
      await().until(() -> reads.get() == 1);
      asked.countDown();

      for (Future<byte[]> answer : answers) {
        assertThat(answer.get()).asString(UTF_8).isEqualTo("picture");
      }
      assertThat(reads).hasValue(1);
    } finally {
      browsers.shutdownNow();
    }
  }

  @Test
  void shouldLetNobodyWaitForAPictureThatCouldNotBeMade() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Thumbnails thumbnails =
        new Thumbnails(
            claim -> {
              reads.incrementAndGet();
              join(asked);
              throw new StackOverflowError("a decoder's");
            },
            () -> ANY,
            WatchRoutes.THUMBNAIL_SIDE);
    ExecutorService browsers = Executors.newFixedThreadPool(2);
    try {
      Future<byte[]> first = browsers.submit(() -> thumbnails.of(claim(1)));
      await().until(() -> reads.get() == 1);
      Future<byte[]> second = browsers.submit(() -> thumbnails.of(claim(1)));

      asked.countDown();

      assertThatThrownBy(first::get).hasRootCauseInstanceOf(StackOverflowError.class);
      assertThatThrownBy(second::get).isInstanceOf(ExecutionException.class);
    } finally {
      browsers.shutdownNow();
    }
  }

  @Test
  void shouldKeepTheNewestWithinABound() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    Thumbnails thumbnails =
        new Thumbnails(
            claim -> {
              reads.incrementAndGet();
              return new IncomingImage("id", megabyte, null);
            },
            () -> ANY,
            320);
    for (int offset = 0; offset < 100; offset++) {
      thumbnails.of(claim(offset));
    }

    thumbnails.of(claim(99));
    assertThat(reads).as("still kept").hasValue(100);
    thumbnails.of(claim(0));
    assertThat(reads).as("forgotten").hasValue(101);
  }

  @Test
  void shouldSayWhyThereIsNone() {
    ImageDecoder refusing =
        (TestDecoder)
            image -> {
              throw new RejectedException(Rejection.BROKEN_IMAGE, "a JPEG that ends early");
            };
    assertProblem(
        new Thumbnails(claim -> null, () -> ANY, 320), 404, "no longer on the topic images");
    assertProblem(new Thumbnails(claim -> image("x", claim), () -> null, 320), 503, "is starting");
    assertProblem(
        new Thumbnails(claim -> image("x", claim), () -> refusing, 320),
        404,
        "a JPEG that ends early");
    assertProblem(
        new Thumbnails(
            claim -> {
              throw new IllegalStateException("cannot read picture back");
            },
            () -> ANY,
            320),
        503,
        "cannot read picture back");
  }

  private static void assertProblem(Thumbnails thumbnails, int status, String detail) {
    assertThatThrownBy(() -> thumbnails.of(claim(1)))
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
