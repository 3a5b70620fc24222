package dev.imprint.page.teach;

import static java.util.Comparator.comparingDouble;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DotProduct;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A picture that looks like another one.
 *
 * @param similarity cosine of both embeddings' last layers, -1..1
 */
record LookAlike(AskablePicture picture, double similarity) {

  /**
   * The pictures that look most like one, the nearest first; none if there is no embedding of it.
   * Pictures that were drawn by chance are left out: they tell what the stream is like only as long
   * as nothing else picks them.
   *
   * @param from itself may be among them, and is left out
   * @param most how many
   */
  static List<LookAlike> of(
      Claim claim, Collection<AskablePicture> from, Map<Claim, Embedding> embeddings, int most) {
    Embedding its = embeddings.get(claim);
    if (its == null) {
      return List.of();
    }
    float[] look = its.lastLayer();
    List<LookAlike> all = new ArrayList<>();
    for (AskablePicture each : from) {
      Claim other = each.prediction().claim();
      Embedding embedding = embeddings.get(other);
      if (embedding != null && !each.random() && !other.equals(claim)) {
        all.add(new LookAlike(each, DotProduct.cosine(look, embedding.lastLayer())));
      }
    }
    return all.stream()
        .sorted(comparingDouble(LookAlike::similarity).reversed())
        .limit(most)
        .toList();
  }
}
