package dev.imprint.page.understand;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Head;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A network that looks at the middle of a picture alone: a file of one byte is a picture of that
 * grey, and the brighter its middle, the more a nut, the darker, the more a gear.
 */
final class ToyNetwork implements Backbone {
  static final byte BROKEN = 99;
  static final int SIDE = 32;

  final AtomicInteger largestBatch = new AtomicInteger();
  final AtomicInteger embedded = new AtomicInteger();
  volatile Runnable onEmbed = () -> {};

  /** The model {@code v1} of this network, with or without a head. */
  Lease lend(boolean headless) {
    return Lease.of(new ServingModel("v1", this, headless ? null : head()));
  }

  private Head head() {
    return new DenseHead(id(), List.of("gear", "nut"), new float[] {-1, 1, 0, 0}, new float[2]);
  }

  @Override
  public String id() {
    return "toy";
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public @Nullable Backbone lastLayerAlone() {
    return null;
  }

  @Override
  public ImageDecoder decoder() {
    TestDecoder decoder =
        image -> {
          if (image[0] == BROKEN) {
            throw new RejectedException(Rejection.BROKEN_IMAGE, "cut short");
          }
          float[] values = new float[SIDE * SIDE * Pixels.CHANNELS];
          Arrays.fill(values, image[0] & 0xFF);
          return new Pixels(SIDE, SIDE, values);
        };
    return decoder;
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    onEmbed.run();
    embedded.addAndGet(images.size());
    largestBatch.accumulateAndGet(images.size(), Math::max);
    return images.stream()
        .map(image -> image.values()[(SIDE / 2 * SIDE + SIDE / 2) * Pixels.CHANNELS])
        .map(grey -> new float[] {(grey - 127.5f) / 32, 1})
        .toArray(float[][]::new);
  }

  @Override
  public void close() {}
}
