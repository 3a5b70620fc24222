package dev.imprint.training;

/**
 * A recent picture without a label.
 *
 * @param at on the topic of images, to be read back
 * @param sha256 of the picture, hex
 * @param embedding by the backbone that heads are trained for; not copied, so it must not be
 *     changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UnlabelledPicture(String imageId, Position at, String sha256, float[] embedding) {
  UnlabelledPicture embeddedAs(float[] other) {
    return new UnlabelledPicture(imageId, at, sha256, other);
  }
}
