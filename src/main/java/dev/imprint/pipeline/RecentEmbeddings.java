package dev.imprint.pipeline;

import dev.imprint.model.Claim;
import dev.imprint.model.Recent;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.pipeline.ImageClassifier.Classification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of the pictures that this instance classified lately, the newest {@value #MOST} of
 * them: serving has computed them anyway. 2 bytes per number, so 13 MB with the bundled network.
 * Some may be of pictures whose transaction failed. Thread-safe.
 */
public final class RecentEmbeddings {
  public static final int MOST = 2_000;

  private final Map<Claim, Embedded> newest = Recent.put(MOST); // guarded by this

  /**
   * A picture's embedding.
   *
   * @param backboneId of the backbone that computed it
   */
  record Embedded(String backboneId, Embedding embedding) {}

  synchronized void add(List<Classification> classified) {
    for (Classification each : classified) {
      if (each instanceof Classification.Predicted predicted) {
        newest.put(predicted.prediction().claim(), predicted.embedded());
      }
    }
  }

  /** A copy of those that this backbone has computed, the oldest first. */
  public synchronized Map<Claim, Embedding> of(String backboneId) {
    Map<Claim, Embedding> its = new LinkedHashMap<>();
    newest.forEach(
        (claim, embedded) -> {
          if (embedded.backboneId().equals(backboneId)) {
            its.put(claim, embedded.embedding());
          }
        });
    return its;
  }
}
