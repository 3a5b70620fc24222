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
 * @param stream ends with the answer
 */
record Trial(Claim claim, Instant since, EventStream stream) {
  /** Sends an event on, if it is the answer. */
  void offer(Object event) {
    if (event instanceof Prediction prediction && prediction.claim().equals(claim)) {
      answer("prediction", prediction);
    } else if (event instanceof RejectedRecord letter && isAbout(letter)) {
      answer("dead_letter", letter);
    }
  }

  private boolean isAbout(RejectedRecord letter) {
    return letter.topic().equals(claim.topic())
        && letter.partition() == claim.partition()
        && letter.offset() == claim.offset();
  }

  private void answer(String name, Object event) {
    stream.send(name, event);
    stream.close();
  }
}
