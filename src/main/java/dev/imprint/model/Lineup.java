package dev.imprint.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models that process the stream at a given moment, as one immutable value.
 *
 * @param serving its results are the predictions
 * @param challenger the model being tried alongside it; null if none
 */
public record Lineup(ServingModel serving, @Nullable ServingModel challenger) {

  /** One model without a challenger. */
  public static Lineup of(ServingModel serving) {
    return new Lineup(serving, null);
  }

  /** The heads of the models that have one. */
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
