package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * Writes the copy of a large picture that is kept: lossless, and as large as its byte limit allows.
 * Embeddings show the difference between a picture and even a good JPEG.
 *
 * @param graph shrinks with smoothing, whatever the backbone does: another one may learn from it
 */
record KeptPicture(PictureGraph graph, PictureInput input) {
  static final int LONGEST_SIDE = 1024;

  /** Slightly smaller than the bytes require, so that no third attempt is needed. */
  private static final double MARGIN = 0.95;

  /**
   * Makes a PNG, or a JPEG if a PNG would have fewer than two pixels for each one that a backbone
   * takes.
   *
   * @param picture upright, at most {@link #LONGEST_SIDE} long
   * @param served the backbone's view of it; null if the backbone also smooths, so that its view
   *     does not change
   */
  byte[] encode(Pixels picture, @Nullable Pixels served, int mostBytes) {
    InputSize size = input.size();
    int shortest = 2 * Math.max(size.height(), size.width());
    Pixels kept = picture;
    while (true) {
      byte[] png = graph.encodePng(seen(kept, served));
      if (png.length <= mostBytes) {
        return png;
      }
      int longer = Math.max(kept.height(), kept.width());
      int side = (int) (MARGIN * longer * Math.sqrt((double) mostBytes / png.length));
      if (side < shortest) {
        return graph.encodeJpeg(seen(picture, served));
      }
      kept = graph.resized(picture, Window.within(side, picture.height(), picture.width()));
    }
  }

  private Pixels seen(Pixels kept, @Nullable Pixels served) {
    if (served == null) {
      return kept;
    }
    Window read = Window.of(input, Orientation.UPRIGHT, kept.height(), kept.width());
    return ServedPixels.into(kept, served, read);
  }
}
