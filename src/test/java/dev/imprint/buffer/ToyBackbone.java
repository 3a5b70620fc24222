package dev.imprint.buffer;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Embeds a one-byte picture as a multiple of that number and its negative; can be made to fail. */
public final class ToyBackbone implements Backbone {
  static final byte BROKEN_PICTURE = 99;

  static final TestDecoder DECODER =
      image -> {
        if (image[0] == BROKEN_PICTURE) {
          throw new RejectedException(Rejection.BROKEN_IMAGE, "cut short");
        }
        return new Pixels(1, 1, new float[] {image[0], 0, 0});
      };

  /** Embedded as a number that is not one. */
  static final byte NAN_PICTURE = 98;

  final AtomicInteger decoded = new AtomicInteger();
  final AtomicInteger embedded = new AtomicInteger();
  final AtomicInteger largestBatch = new AtomicInteger();
  final AtomicBoolean fails = new AtomicBoolean();
  volatile Runnable onEmbed = () -> {};

  private final String id;
  private final float factor;

  public ToyBackbone() {
    this("c0ffee", 1);
  }

  /**
   * @param name six hex digits
   */
  public ToyBackbone(String name, float factor) {
    this.id = name.repeat(11).substring(0, 64);
    this.factor = factor;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public ImageDecoder decoder() {
    TestDecoder counting =
        image -> {
          decoded.incrementAndGet();
          return DECODER.decode(image);
        };
    return counting;
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    if (fails.get()) {
      throw new IllegalStateException("the device is lost");
    }
    onEmbed.run();
    embedded.addAndGet(images.size());
    largestBatch.accumulateAndGet(images.size(), Math::max);
    return images.stream()
        .map(pixels -> pixels.values()[0])
        .map(number -> number == NAN_PICTURE ? Float.NaN : factor * number)
        .map(number -> new float[] {number, -number})
        .toArray(float[][]::new);
  }

  /** Like one on a GPU. */
  @Override
  public float[][] embedEach(List<Pixels> images) {
    return embed(images);
  }

  @Override
  public void close() {}
}
