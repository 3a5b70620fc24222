package dev.imprint.page.teach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is asked for a picture, and when nobody is any more. */
class TeachQueueTest extends TeachQueueSteps {
  @Test
  void shouldNeverAskTwoSessionsForTheSamePicture() {
    predict(0, 60, "nut", 0.1f);

    Set<Claim> seen = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      for (AskingRule.Choice choice : next("session-" + i % 3, 5, NOW)) {
        assertThat(seen.add(claim(choice))).isTrue();
      }
    }

    assertThat(seen).hasSize(60);
    assertThat(next("late", 5, NOW)).isEmpty();
  }

  @Test
  void shouldAskAnotherOnceALeaseHasEnded() {
    predict(0, 1, "nut", 0.1f);
    next("first", 1, NOW);
    Instant within = NOW.plus(TeachQueue.LEASE);

    assertThat(next("second", 1, within)).isEmpty();
    assertThat(next("second", 1, within.plusMillis(1))).hasSize(1);
    assertThat(next("first", 1, within.plusMillis(1))).isEmpty();
  }

  @Test
  void shouldRenewTheLeasesOfASessionThatGoesOn() {
    predict(0, 2, "nut", 0.1f);
    next("first", 1, NOW);
    next("first", 1, NOW.plus(TeachQueue.LEASE));

    assertThat(next("second", 1, NOW.plus(TeachQueue.LEASE).plusMillis(1))).isEmpty();
  }

  @Test
  void shouldAskASessionAgainForWhatItHasForgotten() {
    predict(0, 3, "nut", 0.1f);
    next("first", 3, NOW);

    queue.release("first");

    assertThat(next("first", 3, NOW)).hasSize(3);
  }

  @Test
  void shouldAskForNothingThatIsSettled() {
    predict(0, 3, "nut", 0.1f);
    queue.settle(claim(0));
    queue.labelled(label(1, "nut"));

    predict(0, 3, "nut", 0.1f); // read again

    assertThat(next("first", 9, NOW)).extracting(TeachQueueSteps::claim).containsOnly(claim(2));
  }

  @Test
  void shouldAskAgainForWhatWasTakenBack() {
    queue.settle(claim(0));
    queue.reopen(claim(0), NOW);
    predict(0, 1, "nut", 0.1f);

    assertThat(next("first", 1, NOW)).hasSize(1);
  }

  @Test
  void shouldAskAnybodyAgainForWhatWasGivenAndTakenBackElsewhere() {
    predict(0, 1, "nut", 0.1f);

    queue.settle(claim(0));
    queue.reopen(claim(0), NOW);

    assertThat(next("first", 1, NOW)).extracting(TeachQueueSteps::claim).containsOnly(claim(0));
  }

  @Test
  void shouldAskTheSameSessionAgainForWhatItTookBack() {
    predict(0, 1, "nut", 0.1f);
    next("first", 1, NOW);
    queue.settle(claim(0));
    Instant later = NOW.plus(TeachQueue.LEASE);

    queue.reopen(claim(0), later);

    assertThat(next("second", 1, later.plus(TeachQueue.LEASE))).isEmpty();
    queue.release("first");
    assertThat(next("second", 1, later)).extracting(TeachQueueSteps::claim).containsOnly(claim(0));
  }

  @Test
  void shouldAskAgainForAPictureWhoseLabelIsGone() {
    predict(0, 1, "nut", 0.1f);
    next("first", 1, NOW);
    queue.settle(claim(0));
    queue.reopen(claim(0), NOW); // taken back, before the label was read that was on its way

    queue.labelled(label(0, "nut"));
    assertThat(next("first", 1, NOW)).isEmpty();
    queue.unlabelled("image-0", NOW);

    queue.release("first");
    assertThat(next("second", 1, NOW)).hasSize(1);
    assertThat(queue.counts().byLabel()).isEmpty();
  }

  @Test
  void shouldNotAskForWhatWasSkippedEvenIfALabelIsTakenBack() {
    predict(0, 1, "nut", 0.1f);
    queue.skip(claim(0));
    queue.settle(claim(0)); // labelled elsewhere
    queue.reopen(claim(0), NOW);
    predict(0, 1, "nut", 0.1f);

    assertThat(next("first", 1, NOW)).isEmpty();
  }

  @Test
  void shouldAskForWhatWasSkippedByMistake() {
    predict(0, 1, "nut", 0.1f);
    next("first", 1, NOW);
    queue.skip(claim(0));

    queue.unskip(claim(0), NOW);

    assertThat(next("second", 1, NOW)).isEmpty();
    queue.release("first");
    assertThat(next("second", 1, NOW)).hasSize(1);
  }

  @Test
  void shouldHoldOnlyTheNewestPictures() {
    predict(0, TeachQueue.MOST_CANDIDATES + 50, "nut", 0.1f);

    List<AskingRule.Choice> all = next("first", TeachQueue.MOST_LEASED, NOW);

    assertThat(all).hasSize(TeachQueue.MOST_CANDIDATES);
    assertThat(all).extracting(choice -> claim(choice).offset()).allMatch(offset -> offset >= 50);
  }
}
