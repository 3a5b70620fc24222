package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.head.Head;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How clearly the serving head tells the best label of each picture from the second: computed once
 * for each head, as a thousand labels take it a second for all pictures. A version's name would not
 * do: when labels are renamed or merged, it may stay. Not thread-safe.
 */
final class Margins {
  private @Nullable Head head;
  private Map<Claim, Float> known = Map.of();

  /** By claim, 0..1; forgets all others. */
  Map<Claim, Float> of(Collection<AskablePicture> pictures, CurrentModel model) {
    Map<Claim, Float> before = model.head() == head ? known : Map.of();
    Map<Claim, Float> now = new HashMap<>();
    for (AskablePicture each : pictures) {
      Claim claim = each.prediction().claim();
      Float margin = before.get(claim);
      now.put(claim, margin == null ? model.seen(each).margin() : margin);
    }
    head = model.head();
    known = Map.copyOf(now);
    return known;
  }
}
