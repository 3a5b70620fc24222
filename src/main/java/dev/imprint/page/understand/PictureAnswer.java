package dev.imprint.page.understand;

import dev.imprint.model.Role;
import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the serving model makes of a picture now.
 *
 * @param version that serves
 * @param role of that version on this instance
 * @param scores calibrated probability of each label that it knows, best first; empty without a
 *     head
 * @param near labelled pictures that look most like it
 */
record PictureAnswer(String version, Role role, List<Score> scores, Near near) {
  /**
   * @param leads whether this instance leads; otherwise it has no labelled pictures to compare with
   * @param compared how many pictures were
   * @param examples the nearest first
   */
  record Near(boolean leads, int compared, List<Neighbour> examples) {
    static final Near NOT_LEADING = new Near(false, 0, List.of());
  }

  /**
   * A labelled picture.
   *
   * @param similarity cosine of both embeddings' last layers, -1..1
   * @param group null if it has none
   * @param thumbnail path of a small copy
   */
  record Neighbour(
      String imageId,
      String label,
      @Nullable String group,
      Instant labelledAt,
      double similarity,
      String thumbnail) {}
}
