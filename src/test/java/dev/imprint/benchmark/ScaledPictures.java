package dev.imprint.benchmark;

import dev.imprint.event.Sha256;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Photographs, cropped to the shape of another size and scaled to it, as JPEGs of quality 85.
 *
 * @param cache a folder that keeps them, by the photograph's digest
 */
record ScaledPictures(int width, int height, Path cache) {
  private static final float QUALITY = 0.85f;

  List<byte[]> of(List<byte[]> photographs) throws IOException {
    Path folder = Files.createDirectories(cache.resolve(width + "x" + height));
    List<byte[]> scaled = new ArrayList<>();
    for (byte[] photograph : photographs) {
      Path file = folder.resolve(Sha256.hex(photograph) + ".jpg");
      if (!Files.exists(file)) {
        Path part = Files.write(folder.resolve("part"), scaled(photograph));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE); // a run may be stopped at any time
      }
      scaled.add(Files.readAllBytes(file));
    }
    return scaled;
  }

  private byte[] scaled(byte[] photograph) throws IOException {
    BufferedImage from = ImageIO.read(new ByteArrayInputStream(photograph));
    double scale = Math.max((double) width / from.getWidth(), (double) height / from.getHeight());
    int wide = (int) Math.ceil(from.getWidth() * scale);
    int high = (int) Math.ceil(from.getHeight() * scale);
    BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(from, (width - wide) / 2, (height - high) / 2, wide, high, null);
    graphics.dispose();
    return jpeg(to);
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
