package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.Prediction;
import dev.imprint.model.RejectedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DirectClassifierTest {
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> rests = Collections.synchronizedList(new ArrayList<>());
  private final List<DirectClassifier> open = new ArrayList<>();

  /** The batches that may run. */
  private final Semaphore allowed = new Semaphore(0);

  private final CountDownLatch first = new CountDownLatch(1);

  @AfterEach
  void stop() {
    allowed.release(1_000);
    open.forEach(DirectClassifier::close);
  }

  @Test
  void shouldGiveEachPictureItsOwnAnswerAndCountIt() {
    allowed.release(1_000);
    DirectClassifier direct = direct(this::held);
    List<CompletableFuture<Prediction>> answers =
        List.of(ask(direct, "7"), ask(direct, "x"), ask(direct, "8"));

    assertThat(answers.get(0).join().label()).isEqualTo("odd");
    assertThat(answers.get(2).join().label()).isEqualTo("even");
    assertThatThrownBy(() -> answers.get(1).join())
        .hasCauseInstanceOf(RejectedException.class)
        .hasMessageContaining("not a number");
    assertThat(calls)
        .containsExactlyInAnyOrder(
            "answered predicted", "answered broken_image", "answered predicted");
  }

  @Test
  void shouldTakeWhatHasComeMeanwhileTogetherUpToALimit() throws Exception {
    DirectClassifier direct = direct(this::held);
    CompletableFuture<Prediction> alone = ask(direct, "1");
    first.await();
    List<CompletableFuture<Prediction>> rest =
        IntStream.range(0, 9).mapToObj(i -> ask(direct, "2")).toList();
    allowed.release(1_000);

    alone.join();
    rest.forEach(CompletableFuture::join);

    assertThat(batches).containsExactly(1, 8, 1);
  }

  @Test
  void shouldRestAsLongAsABatchTook() throws Exception {
    DirectClassifier direct = direct(this::held);
    long begin = System.nanoTime();
    CompletableFuture<Prediction> answer = ask(direct, "1");
    first.await();
    long least = System.nanoTime();
    while (System.nanoTime() - least < 2_000_000) {
      Thread.onSpinWait();
    }
    allowed.release();
    answer.join();
    direct.close(); // waits for the thread

    assertThat(rests).hasSize(1);
    assertThat(rests.get(0)).isBetween(2_000_000L, System.nanoTime() - begin);
  }

  @Test
  void shouldRefuseMoreThanMayWait() throws Exception {
    DirectClassifier direct = direct(this::held);
    CompletableFuture<Prediction> running = ask(direct, "1");
    first.await();
    List<CompletableFuture<Prediction>> waiting =
        IntStream.range(0, DirectClassifier.MOST_WAITING).mapToObj(i -> ask(direct, "2")).toList();
    CompletableFuture<Prediction> tooMany = ask(direct, "3");

    assertThatThrownBy(tooMany::join)
        .hasCauseInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("64 pictures are waiting");
    assertThat(calls).containsExactly("answered unanswered");
    allowed.release(1_000);
    assertThat(running.join().label()).isEqualTo("odd");
    assertThat(waiting).allSatisfy(each -> assertThat(each.join().label()).isEqualTo("even"));
  }

  @Test
  void shouldTellCallersThatTheModelIsBrokenAndGoOn() {
    CountDownLatch broken = new CountDownLatch(3); // the batch, the picture alone, the blank one
    DirectClassifier direct =
        direct(
            size -> {
              if (broken.getCount() > 0) {
                broken.countDown();
                throw new IllegalStateException("the device is lost");
              }
            });

    assertThatThrownBy(() -> ask(direct, "1").join()).hasMessageContaining("the device is lost");
    assertThat(ask(direct, "2").join().label()).isEqualTo("even");
  }

  @Test
  void shouldRefuseWhateverIsWaitingWhenItIsClosed() throws Exception {
    DirectClassifier direct = direct(this::held);
    CompletableFuture<Prediction> running = ask(direct, "1");
    first.await();
    CompletableFuture<Prediction> waiting = ask(direct, "2");

    direct.close(); // interrupts the batch

    assertThat(running).isCompletedExceptionally();
    assertThatThrownBy(waiting::join).hasMessageContaining("the service is stopping");
    assertThatThrownBy(() -> ask(direct, "3").join())
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }

  private void held(int size) {
    batches.add(size);
    first.countDown();
    try {
      allowed.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private DirectClassifier direct(Consumer<Integer> before) {
    DirectClassifier direct =
        DirectClassifiers.of(DirectClassifiers.model(before), rests::add, new CountedCalls(calls));
    open.add(direct);
    return direct;
  }

  private static CompletableFuture<Prediction> ask(DirectClassifier direct, String picture) {
    return direct.classify(picture.getBytes(UTF_8));
  }
}
