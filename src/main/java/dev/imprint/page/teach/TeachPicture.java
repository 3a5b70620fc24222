package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.Score;
import dev.imprint.page.watch.PictureRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture to label.
 *
 * @param thumbnail path of a small copy
 * @param picture path of a large one
 * @param guess the most probable label; null without a head
 * @param predicted the label of its prediction, which a verdict judges; null if that has none, and
 *     another one than the guess if another version serves by now
 * @param top the best labels, best first
 * @param modelVersion that guesses
 * @param reason why this one is asked for
 */
public record TeachPicture(
    String imageId,
    Claim claim,
    String thumbnail,
    String picture,
    @Nullable String guess,
    @Nullable String predicted,
    List<Score> top,
    String modelVersion,
    AskReason reason) {
  static TeachPicture of(AskingRule.Choice choice) {
    Prediction prediction = choice.candidate().prediction();
    Claim claim = prediction.claim();
    String guess = choice.candidate().guess();
    return new TeachPicture(
        prediction.imageId(),
        claim,
        PictureRoute.path("thumbnail", claim),
        PictureRoute.path("picture", claim),
        guess.isEmpty() ? null : guess,
        prediction.label(),
        choice.candidate().top(),
        choice.candidate().modelVersion(),
        choice.reason());
  }
}
