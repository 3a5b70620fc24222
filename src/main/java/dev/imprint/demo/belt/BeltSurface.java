package dev.imprint.demo.belt;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.CubicCurve2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A stretch of the belt's rubber: weave, wear, scratches, oil. Generated once, because it is more
 * expensive than a picture; each picture shows a piece of it.
 */
final class BeltSurface {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int SCRATCHES = 100;
  private static final int STAINS = 9;
  private static final Color CLEAR = new Color(0, 0, 0, 0);

  /** One turn; a power of two, so that wrapping around is a mask. */
  private static final float[] SINE = new float[1024];

  static {
    for (int i = 0; i < SINE.length; i++) {
      SINE[i] = (float) Math.sin(2 * Math.PI * i / SINE.length);
    }
  }

  private final float[] brightness = new float[WIDTH * HEIGHT];
  private final float[] tint;

  BeltSurface(RandomGenerator random) {
    tint =
        new float[] {
          random.nextFloat(0.85f, 1.05f),
          random.nextFloat(0.95f, 1.1f),
          random.nextFloat(0.9f, 1.15f)
        };
    float base = random.nextFloat(38, 92);
    double weave = random.nextDouble(0.08, 0.17); // threads per pixel
    double slant = random.nextDouble(-0.6, 0.6);
    float depth = random.nextFloat(0.5f, 5);
    byte[] marks = marks(random);
    float[] wear = wear(random);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int i = y * WIDTH + x;
        float wave = sine((x + slant * y) * weave) + sine((y - slant * x) * weave);
        float grain = random.nextFloat() - 0.5f;
        brightness[i] =
            base + wear[i] + depth * wave + 9 * grain + ((marks[i] & 0xff) - 128) * 0.6f;
      }
    }
  }

  private static float sine(double turns) {
    return SINE[(int) (turns * SINE.length) & (SINE.length - 1)];
  }

  private static float[] wear(RandomGenerator random) {
    float[] wear = new float[WIDTH * HEIGHT];
    for (int i = 0; i < wear.length; i++) {
      wear[i] = random.nextFloat(-400, 400);
    }
    Planes.blur(wear, WIDTH, HEIGHT, 40, 12);
    return wear;
  }

  /** Scratches and stains, lighter or darker than 128. */
  private static byte[] marks(RandomGenerator random) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    byte[] marks = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    Arrays.fill(marks, (byte) 128);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    for (int i = 0; i < STAINS; i++) {
      double x = random.nextDouble(WIDTH);
      double y = random.nextDouble(HEIGHT);
      float size = random.nextFloat(10, 60);
      Color oil = new Color(0, 0, 0, random.nextInt(20, 80));
      graphics.setPaint(
          new RadialGradientPaint(
              new Point2D.Double(x, y), size, new float[] {0.2f, 1}, new Color[] {oil, CLEAR}));
      graphics.fill(new Ellipse2D.Double(x - size, y - size / 2, 2 * size, size));
    }
    for (int i = 0; i < SCRATCHES; i++) {
      int gray = random.nextInt(4) == 0 ? 0 : 255;
      graphics.setColor(new Color(gray, gray, gray, random.nextInt(15, 90)));
      graphics.setStroke(new BasicStroke(random.nextFloat(0.6f, 1.8f)));
      double x = random.nextDouble(WIDTH);
      double y = random.nextDouble(HEIGHT);
      double dx = random.nextGaussian(0, 90); // mostly along the belt's direction
      double dy = random.nextGaussian(0, 25);
      graphics.draw(
          random.nextBoolean()
              ? new Line2D.Double(x, y, x + dx, y + dy)
              : new CubicCurve2D.Double(x, y, x + dx, y, x, y + dy, x + dx, y + dy));
    }
    graphics.dispose();
    return marks;
  }

  /** Fills the whole frame with a random piece of the belt. */
  void layInto(Frame frame, RandomGenerator random) {
    int left = random.nextInt(WIDTH - frame.width());
    int top = random.nextInt(HEIGHT - frame.height());
    boolean mirrored = random.nextBoolean();
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        int from = mirrored ? left + frame.width() - 1 - x : left + x;
        float value = brightness[(top + y) * WIDTH + from];
        for (int c = 0; c < Frame.CHANNELS; c++) {
          frame.planes()[c][y * frame.width() + x] = value * tint[c];
        }
      }
    }
  }

  /**
   * The surface's deviation from its mean at a pixel, about -1..1; used as grain for other
   * surfaces.
   */
  float grain(int x, int y) {
    int i = Math.floorMod(y, HEIGHT) * WIDTH + Math.floorMod(x, WIDTH);
    return (brightness[i] - brightness[(i + 7) % brightness.length]) / 32;
  }
}
