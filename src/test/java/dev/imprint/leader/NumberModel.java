package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A backbone that costs next to nothing: an image is a number in decimal digits, which determines a
 * class and a noisy embedding near its corner. So the head has something to learn, is often wrong,
 * and every prediction can be recomputed.
 */
public final class NumberModel implements Backbone {
  static final int CLASSES = 4;

  /** The blank image of the warm-up counts as 0. */
  static final TestDecoder DECODER =
      image -> {
        try {
          float number = image[0] == (byte) 0x89 ? 0 : Integer.parseInt(new String(image, UTF_8));
          return new Pixels(1, 1, new float[] {number, 0, 0});
        } catch (NumberFormatException e) {
          throw new RejectedException(Rejection.BROKEN_IMAGE, "not a number");
        }
      };

  private static final int DIMENSION = 16;
  private static final double NOISE = 0.7;

  public static byte[] image(int number) {
    return Integer.toString(number).getBytes(UTF_8);
  }

  public static int classOf(int number) {
    return new SplittableRandom(number).nextInt(CLASSES);
  }

  public static String label(int classNumber) {
    return "class-" + classNumber % CLASSES;
  }

  static float[] embedding(int number) {
    SplittableRandom random = new SplittableRandom(number);
    int its = random.nextInt(CLASSES);
    float[] embedding = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      embedding[i] = (float) (NOISE * random.nextGaussian() + (i == its ? 1 : 0));
    }
    return embedding;
  }

  @Override
  public String id() {
    return "numbers";
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  @Override
  public ImageDecoder decoder() {
    return DECODER;
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    // Exact: floats represent whole numbers up to 16 million.
    return images.stream().map(image -> embedding((int) image.values()[0])).toArray(float[][]::new);
  }

  @Override
  public void close() {}
}
