package dev.imprint.tensorflow.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures and descriptions for the tests of this package. */
public final class TestPictures {
  private TestPictures() {}

  public static byte[] resource(String path) {
    try (InputStream in = TestPictures.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no test resource " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String path) {
    try {
      return new ObjectMapper().readTree(resource(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** n × dimension. */
  public static float[][] floats(byte[] littleEndian, int dimension) {
    var values = ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] rows = new float[values.remaining() / dimension][dimension];
    for (float[] row : rows) {
      values.get(row);
    }
    return rows;
  }

  public static double largestDifference(float[][] actual, float[][] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < expected[i].length; k++) {
        largest = Math.max(largest, Math.abs(actual[i][k] - expected[i][k]));
      }
    }
    return largest;
  }

  /** Only for decoding: the network's file is not read. */
  public static BackboneDescription description(
      int height, int width, boolean antialias, PictureInput.Crop crop) {
    return new BackboneDescription(
        URI.create("file:///none.keras"),
        Preprocessing.NONE,
        null,
        null,
        new InputSize(height, width),
        BackboneDescription.Resize.BILINEAR,
        antialias,
        crop,
        List.of("none"),
        Precision.FP32,
        List.of());
  }

  public static TensorFlowImageDecoder decoder(BackboneDescription description) {
    return new TensorFlowImageDecoder(
        description.pictureInput(), ImageLimits.DEFAULT, TensorFlowConfig.DEFAULT);
  }

  /** A picture with the four colors of a card in its quarters. */
  public static BufferedImage quarters(int height, int width, Color... colors) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
        picture.setRGB(x, y, colors[quarter].getRGB());
      }
    }
    return picture;
  }

  public static byte[] encode(BufferedImage picture, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(picture, format, out)) {
        throw new IllegalArgumentException(format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** EXIF data with only an orientation: a TIFF structure with one entry. */
  public static byte[] exif(int orientation) {
    return ByteBuffer.allocate(26)
        .put(new byte[] {'M', 'M', 0, 42})
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  /** Inserts an APP1 segment after the JPEG's first marker. */
  public static byte[] withExif(byte[] jpeg, byte[] exif) {
    return ByteBuffer.allocate(jpeg.length + exif.length + 10)
        .put(jpeg, 0, 2)
        .putShort((short) 0xFFE1)
        .putShort((short) (exif.length + 8))
        .put(new byte[] {'E', 'x', 'i', 'f', 0, 0})
        .put(exif)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }
}
