package dev.imprint.model.serving;

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

  /** The resources that its models own. */
  List<AutoCloseable> owned() {
    List<AutoCloseable> owned = new ArrayList<>(serving.owned());
    if (challenger != null) {
      owned.addAll(challenger.owned());
    }
    return owned;
  }
}
