package dev.imprint.training.gate;

import dev.imprint.buffer.Example;
import dev.imprint.training.selection.Apart;
import dev.imprint.training.selection.Selection;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the champion sees the examples that judge it and its challenger.
 *
 * @param champion null if none serves, or its backbone is not open
 * @param seen the examples by its own backbone, which may not see all
 * @param knownByLooks ids of examples that it has seen near duplicates of
 * @param newBackbone whether the challenger is on another backbone
 */
public record ChampionView(
    @Nullable Champion champion,
    List<Example> seen,
    Set<String> knownByLooks,
    boolean newBackbone) {
  /**
   * @param backboneId of the challenger, before any fine-tuning
   * @throws IOException if the champion's view of the examples is not available
   */
  public static ChampionView of(
      @Nullable Champion champion, Selection selection, Apart apart, String backboneId)
      throws IOException, InterruptedException {
    List<Example> judged = selection.judged();
    if (champion == null) {
      return new ChampionView(null, judged, Set.of(), false);
    }
    return new ChampionView(
        champion,
        champion.view().of(judged),
        apart.knownByLooks(champion.learned().keySet()),
        !champion.tuned() && !champion.head().backboneId().equals(backboneId));
  }

  /** For a challenger that has a network of its own, too. */
  public ChampionView againstTuned() {
    return new ChampionView(
        champion == null ? null : champion.againstTuned(), seen, knownByLooks, newBackbone);
  }
}
