package dev.imprint.augmentation;

import dev.imprint.model.backbone.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures in rows, small, beside each other. */
public final class ContactSheet {
  private static final int GAP = 6;

  private ContactSheet() {}

  /**
   * Draws them.
   *
   * @param rows at least one picture in all
   * @param side of each picture's square, in pixels
   */
  public static BufferedImage of(List<List<Pixels>> rows, int side) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(1);
    BufferedImage sheet =
        new BufferedImage(
            GAP + columns * (side + GAP),
            GAP + rows.size() * (side + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      for (int row = 0; row < rows.size(); row++) {
        for (int column = 0; column < rows.get(row).size(); column++) {
          draw(
              graphics,
              image(rows.get(row).get(column)),
              GAP + column * (side + GAP),
              GAP + row * (side + GAP),
              side);
        }
      }
    } finally {
      graphics.dispose();
    }
    return sheet;
  }

  /** As large as fits into the square. */
  private static void draw(Graphics2D graphics, BufferedImage image, int x, int y, int side) {
    double scale = (double) side / Math.max(image.getWidth(), image.getHeight());
    int width = Math.max(1, (int) (image.getWidth() * scale));
    int height = Math.max(1, (int) (image.getHeight() * scale));
    graphics.drawImage(image, x, y, width, height, null);
  }

  private static BufferedImage image(Pixels pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    float[] values = pixels.values();
    int[] packed = new int[pixels.width() * pixels.height()];
    for (int i = 0, from = 0; i < packed.length; i++, from += Pixels.CHANNELS) {
      packed[i] =
          Math.round(values[from]) << 16
              | Math.round(values[from + 1]) << 8
              | Math.round(values[from + 2]);
    }
    image.setRGB(0, 0, pixels.width(), pixels.height(), packed, 0, pixels.width());
    return image;
  }
}
