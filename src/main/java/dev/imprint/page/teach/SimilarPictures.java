package dev.imprint.page.teach;

import java.util.List;

/**
 * Pictures to label together with one, as they look like it.
 *
 * @param pictures leased to the session, the most similar first
 * @param compared whether this instance can tell what looks like it: it has classified it lately,
 *     by the network that serves
 */
public record SimilarPictures(List<Similar> pictures, boolean compared) {
  /**
   * One of them.
   *
   * @param similarity cosine of both embeddings' last layers, -1..1
   */
  public record Similar(TeachPicture picture, double similarity) {
    static Similar of(LookAlike its) {
      AskingRule.Choice choice = new AskingRule.Choice(its.picture(), AskReason.SIMILAR);
      return new Similar(TeachPicture.of(choice), its.similarity());
    }
  }
}
