package dev.imprint.tensorflow.picture.format;

import dev.imprint.model.backbone.Pixels;

/**
 * How a picture is stored in its file: EXIF 2.32, tag 0x0112. Applied to the resized picture, which
 * is smaller than the one in the file and gives the same result, since resizing treats both axes
 * and both directions alike.
 *
 * @param transposed whether the file's rows are the picture's columns
 * @param fromRight whether the file's x axis is opposite to the picture's axis along it
 * @param fromBottom whether the file's y axis is opposite to the picture's axis along it
 */
public record Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
  public static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** {@link #UPRIGHT} for a value that EXIF does not define. */
  static Orientation ofExif(int value) {
    return switch (value) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, false, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, true, false);
      default -> UPRIGHT;
    };
  }

  /**
   * Rotates or mirrors a picture.
   *
   * @param stored pixels as stored in the file
   * @return the upright picture; the same object if it is upright already
   */
  public Pixels upright(Pixels stored) {
    if (equals(UPRIGHT)) {
      return stored;
    }
    int height = transposed ? stored.width() : stored.height();
    int width = transposed ? stored.height() : stored.width();
    float[] values = new float[stored.values().length];
    int next = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        column = fromRight ? stored.width() - 1 - column : column;
        row = fromBottom ? stored.height() - 1 - row : row;
        int pixel = (row * stored.width() + column) * Pixels.CHANNELS;
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          values[next++] = stored.values()[pixel + channel];
        }
      }
    }
    return new Pixels(height, width, values);
  }
}
