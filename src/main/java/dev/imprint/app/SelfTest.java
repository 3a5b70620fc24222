package dev.imprint.app;

import dev.imprint.model.Backbone;
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
  SelfTest(Backbone backbone) throws IOException, RejectedException {
    this.backbone = backbone;
    for (String picture : PICTURES) {
      pictures.add(backbone.decoder().decode(resource(picture)));
    }
  }

  /** Against what Keras itself (3.15.1) computes with the bundled backbone. */
  EmbeddingDifference againstKeras() throws IOException {
    FloatBuffer keras =
        ByteBuffer.wrap(resource("embeddings.bin")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    EmbeddingDifference difference = new EmbeddingDifference();
    float[][] embeddings = backbone.embed(pictures);
    for (int i = 0; i < embeddings.length; i++) {
      float[] expected = new float[embeddings[i].length];
      keras.get(expected);
      difference.add(PICTURES.get(i), expected, embeddings[i]);
    }
    return difference;
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
