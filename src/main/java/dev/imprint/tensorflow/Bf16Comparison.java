package dev.imprint.tensorflow;

import static java.util.Objects.requireNonNullElse;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasImportException;
import java.io.IOException;
import java.util.List;

/** Checks that a backbone's embeddings hardly change if they are computed in bf16. */
final class Bf16Comparison {
  /**
   * For each bundled picture. The bundled backbone has 0.987 there and 0.995 or more on
   * photographs; one that gets wrongly scaled pixels, 0.77 to 0.97.
   */
  static final double LEAST_COSINE = 0.98;

  private Bf16Comparison() {}

  /**
   * @param exact the same backbone in fp32
   * @throws KerasImportException if the embeddings differ too much
   */
  static void require(KerasBackbone exact, KerasBackbone bf16) {
    try {
      List<Pixels> pictures = SelfTestPictures.decode(exact);
      require(SelfTestPictures.difference(embed(exact, pictures), embed(bf16, pictures)));
    } catch (IOException | RejectedException e) {
      throw new IllegalStateException(
          "the bundled pictures cannot be read (%s): reinstall Imprint".formatted(e.getMessage()),
          e);
    }
  }

  /** By the last layer: it differs most, and larger numbers of others would hide that. */
  private static float[][] embed(Backbone backbone, List<Pixels> pictures) {
    return requireNonNullElse(backbone.lastLayerAlone(), backbone).embed(pictures);
  }

  static void require(EmbeddingDifference difference) {
    double cosine = difference.smallestCosine();
    if (!(cosine >= LEAST_COSINE)) {
      throw new KerasImportException(
          ("precision is bf16, but on the bundled pictures the embeddings' cosine with those of"
                  + " fp32 is %.4f, less than %.2f: check preprocessing; otherwise set"
                  + " precision: fp32")
              .formatted(cosine, LEAST_COSINE));
    }
  }
}
