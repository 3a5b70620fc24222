package dev.imprint.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models that see the stream at a given moment, as one immutable value.
 *
 * @param serving its answers are the predictions
 * @param challenger is tried out beside it; null while none is
 */
public record Lineup(ServingModel serving, @Nullable ServingModel challenger) {

  /** One model, unchallenged. */
  public static Lineup of(ServingModel serving) {
    return new Lineup(serving, null);
  }

  /** Those that there are. */
  List<Head> heads() {
    List<Head> heads = new ArrayList<>(2);
    if (serving.head() != null) {
      heads.add(serving.head());
    }
    if (challenger != null && challenger.head() != null) {
      heads.add(challenger.head());
    }
    return heads;
  }
}
