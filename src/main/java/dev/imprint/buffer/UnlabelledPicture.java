package dev.imprint.buffer;

import dev.imprint.model.backbone.Embedding;

/**
 * A recent picture without a label.
 *
 * @param at on the topic of images, to be read back
 * @param sha256 of the picture, hex
 * @param embedding by the backbone that heads are trained for
 */
public record UnlabelledPicture(String imageId, Position at, String sha256, Embedding embedding) {
  UnlabelledPicture embeddedAs(Embedding other) {
    return new UnlabelledPicture(imageId, at, sha256, other);
  }
}
