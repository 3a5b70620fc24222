package dev.imprint.demo.belt;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns a scene into a cheap camera's picture: uneven light, blur, noise and compression. */
final class Camera {
  /** A power of two, so that wrapping around is a mask. */
  private static final int NOISE = 1 << 16;

  private static final int ONE_IN_PNG = 20;

  private final RandomGenerator random;

  /** Gaussian, mean 0, deviation 1; drawing it per pixel would cost more than everything else. */
  private final float[] noise = new float[NOISE];

  Camera(RandomGenerator random) {
    this.random = random;
    for (int i = 0; i < NOISE; i++) {
      noise[i] = (float) random.nextGaussian();
    }
  }

  /** The frame as the bytes of a JPEG, or occasionally of a PNG. */
  byte[] shoot(Frame frame, Light light) {
    blur(frame);
    BufferedImage image =
        new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
    expose(frame, light, ((DataBufferInt) image.getRaster().getDataBuffer()).getData());
    return encode(image);
  }

  private void blur(Frame frame) {
    int focus = random.nextInt(3) == 0 ? random.nextInt(1, 3) : 0;
    int motion = random.nextInt(4) == 0 ? random.nextInt(1, 6) : 0; // the belt runs along x
    for (float[] plane : frame.planes()) {
      Planes.blur(plane, frame.width(), frame.height(), focus + motion, focus);
    }
  }

  private void expose(Frame frame, Light light, int[] rgb) {
    float[] color = light.color();
    float[] toLamp = light.direction();
    float falloff = random.nextFloat(0.05f, 0.35f);
    float grain = random.nextFloat(1, 14);
    int skip = random.nextInt(NOISE);
    for (int y = 0; y < frame.height(); y++) {
      float v = 2f * y / frame.height() - 1;
      for (int x = 0; x < frame.width(); x++) {
        float u = 2f * x / frame.width() - 1;
        float lit = 1 + falloff * (u * toLamp[0] + v * toLamp[1] - 0.35f * (u * u + v * v));
        lit *= light.through((double) x / frame.height(), (double) y / frame.height());
        int at = y * frame.width() + x;
        int value = 0;
        for (int c = 0; c < Frame.CHANNELS; c++) {
          float level = frame.planes()[c][at] * lit * color[c];
          level += grain * noise[(skip + at * Frame.CHANNELS + c) & (NOISE - 1)];
          value = value << 8 | Math.min(255, Math.max(0, (int) level));
        }
        rgb[at] = value;
      }
    }
  }

  private byte[] encode(BufferedImage image) {
    boolean png = random.nextInt(ONE_IN_PNG) == 0;
    float quality = random.nextFloat(0.65f, 0.95f);
    ImageWriter writer = ImageIO.getImageWritersByFormatName(png ? "png" : "jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a picture in memory", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
