package dev.imprint.page.watch;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Prediction;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events one browser wants to see.
 *
 * @param deadLetters whether dead letters rather than predictions
 * @param label of the predictions; empty for those without one, null for all
 * @param from lowest confidence of the predictions, in 0..1
 * @param to highest confidence
 * @param version that predicted; null for all
 */
record WatchFilter(
    boolean deadLetters, @Nullable String label, double from, double to, @Nullable String version) {
  private static final int MOST_CHARACTERS = 1_000;

  static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.choice(
              "show", "Kind of events to send.", List.of("predictions", "dead_letters")),
          Parameter.text(
              "label",
              "Only predictions of this label; empty for those without a label.",
              MOST_CHARACTERS),
          Parameter.number("from", "Only predictions with at least this confidence.", 0, 1),
          Parameter.number("to", "Only predictions with at most this confidence.", 0, 1),
          Parameter.text("version", "Only predictions of this version.", MOST_CHARACTERS));

  static WatchFilter of(Call call) {
    return new WatchFilter(
        call.required("show").equals("dead_letters"),
        call.text("label"),
        call.number("from", 0),
        call.number("to", 1),
        call.text("version"));
  }

  boolean passes(Object event) {
    return event instanceof Prediction prediction
        ? passes(prediction)
        : deadLetters && event instanceof RejectedRecord;
  }

  private boolean passes(Prediction prediction) {
    return !deadLetters
        && (label == null || label.equals(prediction.label() == null ? "" : prediction.label()))
        && prediction.confidence() >= (float) from
        && prediction.confidence() <= (float) to
        && (version == null || version.equals(prediction.modelVersion()));
  }
}
