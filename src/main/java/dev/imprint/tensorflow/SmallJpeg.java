package dev.imprint.tensorflow;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes a large picture anew: upright, at most 1,024 pixels on its longer side, as a JPEG. */
public final class SmallJpeg {
  private static final int LONGER_SIDE = 1024;
  private static final float QUALITY = 0.92f;

  /** Of larger pictures every second, third … pixel is read, which bounds memory. */
  private static final int READ_AT_LEAST = 4 * LONGER_SIDE;

  private SmallJpeg() {}

  /**
   * Safe for use by several threads at once.
   *
   * @param picture the bytes of a JPEG, PNG, GIF (its first frame) or BMP file
   * @throws RejectedException if it is broken, or of another format
   */
  public static byte[] of(byte[] picture) throws RejectedException {
    PictureFormat format = PictureFormat.of(picture);
    Orientation orientation =
        format == PictureFormat.JPEG ? ExifOrientation.ofJpeg(picture) : Orientation.UPRIGHT;
    try {
      return jpeg(upright(halved(read(format, picture)), orientation));
    } catch (IOException | RuntimeException e) { // the platform's readers have many for bad bytes
      throw new RejectedException(
          Rejection.BROKEN_IMAGE, "it cannot be made smaller: " + e.getMessage());
    }
  }

  private static BufferedImage read(PictureFormat format, byte[] picture) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.name()).next();
    try {
      reader.setInput(
          new MemoryCacheImageInputStream(new ByteArrayInputStream(picture)), true, true);
      int longer = Math.max(reader.getWidth(0), reader.getHeight(0));
      int step = Math.max(1, longer / READ_AT_LEAST);
      ImageReadParam everyFew = reader.getDefaultReadParam();
      everyFew.setSourceSubsampling(step, step, 0, 0);
      return reader.read(0, everyFew);
    } finally {
      reader.dispose();
    }
  }

  /** Bilinear drawing looks at four pixels, so no step may be smaller than a half. */
  private static BufferedImage halved(BufferedImage picture) {
    BufferedImage smaller = picture;
    while (Math.max(smaller.getWidth(), smaller.getHeight()) > 2 * LONGER_SIDE) {
      int across = Math.max(1, smaller.getWidth() / 2);
      int down = Math.max(1, smaller.getHeight() / 2);
      smaller = drawn(smaller, across, down, scaling(smaller, across, down));
    }
    return smaller;
  }

  private static BufferedImage upright(BufferedImage stored, Orientation orientation) {
    double scale =
        Math.min(1, (double) LONGER_SIDE / Math.max(stored.getWidth(), stored.getHeight()));
    int across = (int) Math.max(1, Math.round(stored.getWidth() * scale));
    int down = (int) Math.max(1, Math.round(stored.getHeight() * scale));
    AffineTransform turn = turn(across, down, orientation);
    turn.concatenate(scaling(stored, across, down));
    boolean turned = orientation.transposed();
    return drawn(stored, turned ? down : across, turned ? across : down, turn);
  }

  /** On white where it is transparent. */
  private static BufferedImage drawn(
      BufferedImage picture, int width, int height, AffineTransform transform) {
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = canvas.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(picture, transform, null);
    } finally {
      graphics.dispose();
    }
    return canvas;
  }

  private static AffineTransform scaling(BufferedImage picture, int width, int height) {
    return AffineTransform.getScaleInstance(
        (double) width / picture.getWidth(), (double) height / picture.getHeight());
  }

  /** From the file's pixels to the upright ones: mirror, then swap the axes. */
  private static AffineTransform turn(int across, int down, Orientation orientation) {
    AffineTransform transform = new AffineTransform();
    if (orientation.transposed()) {
      transform.concatenate(new AffineTransform(0, 1, 1, 0, 0, 0));
    }
    if (orientation.fromRight()) {
      transform.concatenate(new AffineTransform(-1, 0, 0, 1, across, 0));
    }
    if (orientation.fromBottom()) {
      transform.concatenate(new AffineTransform(1, 0, 0, -1, 0, down));
    }
    return transform;
  }

  private static byte[] jpeg(BufferedImage picture) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(QUALITY);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
