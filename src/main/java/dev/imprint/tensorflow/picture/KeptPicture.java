package dev.imprint.tensorflow.picture;

import dev.imprint.model.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is kept of a large picture: without loss, as large as its bytes allow. Embeddings
 * tell even a good JPEG from its picture.
 *
 * @param graph smooths what it makes smaller, whatever the backbone does: another one may learn
 *     from it
 */
record KeptPicture(PictureGraph graph, PictureInput input) {
  static final int LONGEST_SIDE = 1024;

  /** What is smaller by a little more than its bytes ask for needs no third try. */
  private static final double MARGIN = 0.95;

  /**
   * Makes a PNG, or a JPEG if a PNG would have fewer than two pixels for each that a backbone
   * takes.
   *
   * @param picture upright, at most {@link #LONGEST_SIDE} long
   * @param served what the backbone saw of it; null if it smooths, too, and so sees the same anyway
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
