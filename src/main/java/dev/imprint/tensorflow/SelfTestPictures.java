package dev.imprint.tensorflow;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Three bundled pictures for checking a backbone's embeddings. */
public final class SelfTestPictures {
  private static final String FOLDER = "self-test/";

  /** A photograph rotated by its EXIF data, a progressive grayscale one, and one with a palette. */
  private static final List<String> PICTURES =
      List.of("rotated.jpg", "gray-progressive.jpg", "palette.png");

  private SelfTestPictures() {}

  /**
   * Decoded for a backbone, without the limits for external pictures.
   *
   * @throws IOException if the program was built without them
   * @throws RejectedException if the decoder refuses one
   */
  public static List<Pixels> decode(KerasBackbone backbone) throws IOException, RejectedException {
    return decode(backbone.description().pictureInput());
  }

  /** Their files. */
  public static List<byte[]> files() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String picture : PICTURES) {
      files.add(resource(picture));
    }
    return files;
  }

  public static List<Pixels> decode(PictureInput input) throws IOException, RejectedException {
    List<Pixels> pictures = new ArrayList<>();
    try (var decoder =
        new TensorFlowImageDecoder(input, ImageLimits.DEFAULT, TensorFlowConfig.DEFAULT)) {
      for (byte[] file : files()) {
        pictures.add(decoder.decode(file));
      }
    }
    return pictures;
  }

  /**
   * How far their embeddings are from those that Keras itself (3.15.1) computes with the bundled
   * backbone.
   */
  public static EmbeddingDifference againstKeras(float[][] embeddings) throws IOException {
    FloatBuffer keras =
        ByteBuffer.wrap(resource("embeddings.bin")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] expected = new float[embeddings.length][embeddings[0].length];
    for (float[] row : expected) {
      keras.get(row);
    }
    return difference(expected, embeddings);
  }

  /** How far their embeddings are from the expected ones, both in the order of {@link #decode}. */
  public static EmbeddingDifference difference(float[][] expected, float[][] embeddings) {
    EmbeddingDifference difference = new EmbeddingDifference();
    for (int i = 0; i < embeddings.length; i++) {
      difference.add(PICTURES.get(i), expected[i], embeddings[i]);
    }
    return difference;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SelfTestPictures.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new FileNotFoundException("this build lacks " + FOLDER + name);
      }
      return in.readAllBytes();
    }
  }
}
