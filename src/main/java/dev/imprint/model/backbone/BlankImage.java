package dev.imprint.model.backbone;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** An image that every decoder must accept: warms the model up, and reveals a broken decoder. */
public final class BlankImage {
  private BlankImage() {}

  /** A PNG of 16 × 16 black pixels. */
  public static byte[] png() {
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes only to memory
    }
  }
}
