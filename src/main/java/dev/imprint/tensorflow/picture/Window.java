package dev.imprint.tensorflow.picture;

import dev.imprint.tensorflow.picture.format.Orientation;

/**
 * The part of a stored picture that is resized, and its target size; all in pixels, along the
 * file's axes.
 *
 * @param targetHeight rows after resizing
 * @param targetWidth columns after resizing
 */
record Window(int top, int left, int height, int width, int targetHeight, int targetWidth) {
  /**
   * @param height of the stored picture
   * @param width of the stored picture
   */
  static Window of(PictureInput input, Orientation orientation, int height, int width) {
    InputSize size = input.size();
    int targetHeight = orientation.transposed() ? size.width() : size.height();
    int targetWidth = orientation.transposed() ? size.height() : size.width();
    if (input.crop() == PictureInput.Crop.WHOLE) {
      return new Window(0, 0, height, width, targetHeight, targetWidth);
    }
    int cropHeight = part(height, (long) width * targetHeight, targetWidth);
    int cropWidth = part(width, (long) height * targetWidth, targetHeight);
    int top = start(height - cropHeight, orientation.fromBottom());
    int left = start(width - cropWidth, orientation.fromRight());
    return new Window(top, left, cropHeight, cropWidth, targetHeight, targetWidth);
  }

  /**
   * The whole picture, shrunk until its longer side is within this limit.
   *
   * @param height of the stored picture
   * @param width of the stored picture
   */
  static Window within(int longest, int height, int width) {
    double scale = Math.min(1, (double) longest / Math.max(height, width));
    int targetHeight = (int) Math.max(1, Math.round(height * scale));
    int targetWidth = (int) Math.max(1, Math.round(width * scale));
    return new Window(0, 0, height, width, targetHeight, targetWidth);
  }

  /** For a picture that consists of only this window. */
  Window alone() {
    return new Window(0, 0, height, width, targetHeight, targetWidth);
  }

  /** As in keras.preprocessing.image.smart_resize: the smaller of both, rounded down. */
  private static int part(int side, long otherSide, int otherTarget) {
    return (int) Math.max(1, Math.min(side, otherSide / otherTarget));
  }

  /** Half of the rest, rounded down as seen in the upright picture. */
  private static int start(int rest, boolean reversed) {
    return reversed ? rest - rest / 2 : rest / 2;
  }
}
