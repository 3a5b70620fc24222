package dev.imprint.page.trial;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.web.api.EventStream;
import java.time.Instant;

/**
 * A picture whose sender waits.
 *
 * @param since when it was sent
 * @param asked when its sender began to wait
 * @param stream ends with the answer, or with the sender's patience
 */
record Trial(Claim claim, Instant since, Instant asked, EventStream stream) {
  static final String PREDICTION = "prediction";
  static final String DEAD_LETTER = "dead_letter";
  static final String NOTHING = "nothing";

  /**
   * Neither has come.
   *
   * @param seconds for which it was waited
   */
  record Nothing(long seconds) {}

  /** Sends an event on, if it is the answer. */
  void offer(Object event) {
    if (event instanceof Prediction prediction && prediction.claim().equals(claim)) {
      answer(PREDICTION, prediction);
    } else if (event instanceof RejectedRecord letter && isAbout(letter)) {
      answer(DEAD_LETTER, letter);
    }
  }

  private boolean isAbout(RejectedRecord letter) {
    return letter.topic().equals(claim.topic())
        && letter.partition() == claim.partition()
        && letter.offset() == claim.offset();
  }

  void giveUp() {
    answer(NOTHING, new Nothing(TrialLoop.PATIENCE.toSeconds()));
  }

  private void answer(String name, Object event) {
    stream.send(name, event);
    stream.close();
  }
}
