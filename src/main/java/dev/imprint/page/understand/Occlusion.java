package dev.imprint.page.understand;

import dev.imprint.model.backbone.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/**
 * A picture with parts of it covered, one at a time, by a grey patch: where the probability of a
 * label falls, the model looks (Zeiler and Fergus 2014, Visualizing and Understanding Convolutional
 * Networks, section 4.2). The patches' centres form a grid; each patch covers a quarter of the
 * height and of the width, so neighbours overlap by half.
 */
final class Occlusion {
  /** Rows and columns of patches. */
  static final int GRID = 8;

  /** Number of patches, row by row. */
  static final int PATCHES = GRID * GRID;

  /** Of the height and of the width. */
  static final double PATCH = 0.25;

  /** The middle of 0..255: no edge is as strong as with black or white. */
  private static final float GREY = 127.5f;

  private static final int LONGEST_SIDE = 320;

  private Occlusion() {}

  private record Span(int from, int to) {
    static Span of(int cell, int size) {
      int centre = (2 * cell + 1) * size / (2 * GRID);
      int half = Math.max(1, (int) Math.round(size * PATCH / 2));
      return new Span(Math.max(0, centre - half), Math.min(size, centre + half));
    }
  }

  /**
   * @param patch from 0 to {@link #PATCHES} − 1
   */
  static Pixels covered(Pixels picture, int patch) {
    float[] values = picture.values().clone();
    Span rows = Span.of(patch / GRID, picture.height());
    Span columns = Span.of(patch % GRID, picture.width());
    for (int row = rows.from(); row < rows.to(); row++) {
      int begin = row * picture.width();
      Arrays.fill(
          values,
          (begin + columns.from()) * Pixels.CHANNELS,
          (begin + columns.to()) * Pixels.CHANNELS,
          GREY);
    }
    return new Pixels(picture.height(), picture.width(), values);
  }

  /** A small JPEG of what the network is given, which may be only a part of the picture. */
  static byte[] jpeg(Pixels picture) {
    double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(picture.height(), picture.width()));
    int height = Math.max(1, (int) (picture.height() * scale));
    int width = Math.max(1, (int) (picture.width() * scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int from = (int) (row / scale) * picture.width() + (int) (column / scale);
        image.setRGB(column, row, rgb(picture.values(), from * Pixels.CHANNELS));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in memory
    }
    return bytes.toByteArray();
  }

  private static int rgb(float[] values, int at) {
    int rgb = 0;
    for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
      rgb = rgb << 8 | Math.max(0, Math.min(255, Math.round(values[at + channel])));
    }
    return rgb;
  }
}
