package dev.imprint.page.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imprint.model.LowPriority;
import dev.imprint.web.api.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {
  private final Turns turns = new Turns("test", Duration.ofSeconds(20), "busy");
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();

  @AfterEach
  void close() {
    goOn.countDown();
    turns.close();
  }

  @Test
  void shouldCarryCallsOutOneAfterTheOther() {
    List<Integer> order = new ArrayList<>();
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    turns.take(
                        () -> {
                          order.add(i);
                          return Answer.ok(i);
                        }))
            .map(Answer.Later::answer)
            .toList();

    assertThat(answers)
        .extracting(CompletableFuture::join)
        .isEqualTo(IntStream.range(0, 20).mapToObj(Answer::ok).toList());
    assertThat(order).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }

  @Test
  void shouldLetServingGoFirst() throws Exception {
    assumeTrue(LowPriority.open("probe", LowPriority::isLow), "Linux alone, with renice");

    assertThat(turns.take(() -> Answer.ok(LowPriority.isLow())).answer().join())
        .isEqualTo(Answer.ok(true));
  }

  @Test
  void shouldTurnAwayWhoeverComesWhenTooManyWait() {
    List<Answer.Later> all =
        IntStream.range(0, Turns.MOST_WAITING + 1).mapToObj(i -> waits()).toList();
    await().until(() -> begun.get() == 1);

    CompletableFuture<Answer> beyond = waits().answer();

    assertThatThrownBy(beyond::join).hasRootCauseMessage("busy");
    goOn.countDown();
    assertThat(all).allMatch(each -> each.answer().join().equals(Answer.ok("done")));
  }

  @Test
  void shouldRefuseThoseWhoWaitWhenClosed() {
    CompletableFuture<Answer> working = waits().answer();
    CompletableFuture<Answer> waiting = waits().answer();
    await().until(() -> begun.get() == 1);

    turns.close();

    assertThatThrownBy(working::join).hasRootCauseInstanceOf(InterruptedException.class);
    assertThatThrownBy(waiting::join).hasRootCauseMessage("the service is stopping");
    assertThatThrownBy(waits().answer()::join).hasRootCauseMessage("the service is stopping");
  }

  private Answer.Later waits() {
    return turns.take(
        () -> {
          begun.incrementAndGet();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Answer.ok("done");
        });
  }
}
