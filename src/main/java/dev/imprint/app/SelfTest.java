package dev.imprint.app;

import dev.imprint.model.Backbone;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends three bundled pictures through decoder and backbone, for their answers and the time that
 * they take here.
 */
final class SelfTest {
  private static final String FOLDER = "self-test/";

  /** A photograph that is turned by its EXIF data, a gray progressive one, one with a palette. */
  private static final List<String> PICTURES =
      List.of("rotated.jpg", "gray-progressive.jpg", "palette.png");

  private static final int SINGLES = 5;

  private final Backbone backbone;
  private final List<Pixels> pictures = new ArrayList<>();

  /**
   * @throws IOException if the program was built without the pictures
   * @throws RejectedException if the decoder refuses one
   */
  SelfTest(Backbone backbone, ImageDecoder decoder) throws IOException, RejectedException {
    this.backbone = backbone;
    for (String picture : PICTURES) {
      pictures.add(decoder.decode(resource(picture)));
    }
  }

  /**
   * How far answers are from those expected.
   *
   * @param cosine the smallest one of a picture's answer with the one expected
   * @param error the largest difference of one number
   */
  record Difference(double cosine, double error) {}

  /** Against what Keras itself (3.15.1) computes with the bundled backbone. */
  Difference againstKeras() throws IOException {
    FloatBuffer expected =
        ByteBuffer.wrap(resource("embeddings.bin")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    return difference(backbone.embed(pictures), expected);
  }

  /**
   * @param expected the rows one after the other
   */
  static Difference difference(float[][] answers, FloatBuffer expected) {
    double cosine = 1;
    double error = 0;
    for (float[] answer : answers) {
      double product = 0;
      double ours = 0;
      double theirs = 0;
      for (float a : answer) {
        float b = expected.get();
        product += (double) a * b;
        ours += (double) a * a;
        theirs += (double) b * b;
        error = Math.max(error, Math.abs(a - b));
      }
      // Not a number if all are 0, which is as wrong as can be.
      cosine = Math.min(cosine, ours == 0 ? 0 : product / Math.sqrt(ours * theirs));
    }
    return new Difference(cosine, error);
  }

  /** Time of a batch on a warm model. */
  Duration time(int images) {
    List<Pixels> batch = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      batch.add(pictures.get(i % pictures.size()));
    }
    backbone.embed(batch);
    int runs = images == 1 ? SINGLES : 1;
    long start = System.nanoTime();
    for (int run = 0; run < runs; run++) {
      backbone.embed(batch);
    }
    return Duration.ofNanos((System.nanoTime() - start) / runs);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SelfTest.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new FileNotFoundException("the program was built without " + FOLDER + name);
      }
      return in.readAllBytes();
    }
  }
}
