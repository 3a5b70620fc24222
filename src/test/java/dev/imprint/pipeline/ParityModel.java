package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model for tests of everything around the model: an image is a number in decimal digits, and its
 * label says whether it is odd or even. So each prediction can be checked against its image, and a
 * result assigned to the wrong image is noticed.
 */
public final class ParityModel implements Backbone {
  /** Refuses anything but numbers; the blank image of the warm-up counts as 0. */
  static final TestDecoder DECODER =
      image -> {
        if (image[0] == (byte) 0x89) {
          return pixels(0);
        }
        try {
          return pixels(Long.parseLong(new String(image, UTF_8)));
        } catch (NumberFormatException e) {
          throw new RejectedException(Rejection.BROKEN_IMAGE, "not a number");
        }
      };

  /** Runs before each batch; may throw or block. */
  private final Consumer<List<Pixels>> before;

  private final ImageDecoder decoder;

  public ParityModel(Consumer<List<Pixels>> before) {
    this(DECODER, before);
  }

  public ParityModel(ImageDecoder decoder, Consumer<List<Pixels>> before) {
    this.decoder = decoder;
    this.before = before;
  }

  static byte[] image(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }

  static String label(long number) {
    return number % 2 == 0 ? "even" : "odd";
  }

  public static ServingModel serving(Backbone backbone) {
    DenseHead head =
        new DenseHead(
            backbone.id(), List.of("even", "odd"), new float[] {-10, 10}, new float[] {5, -5});
    return new ServingModel("parity-1", backbone, head);
  }

  private static Pixels pixels(long number) {
    return new Pixels(1, 1, new float[] {number % 2, 0, 0});
  }

  @Override
  public String id() {
    return "parity";
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public ImageDecoder decoder() {
    return decoder;
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    before.accept(images);
    float[][] embeddings = new float[images.size()][];
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] = new float[] {images.get(i).values()[0]};
    }
    return embeddings;
  }

  @Override
  public void close() {}
}
