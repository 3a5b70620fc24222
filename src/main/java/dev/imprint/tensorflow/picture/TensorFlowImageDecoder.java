package dev.imprint.tensorflow.picture;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.Orientation;
import dev.imprint.tensorflow.picture.format.PictureFormat;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * Decodes pictures, turns them upright, crops and resizes them to a backbone's input, or to the
 * copy that is kept. JPEG and PNG are unpacked by TensorFlow, the others by ImageIO. Thread-safe;
 * {@link #close} waits for running calls, and later ones fail. The creator must close it.
 */
public final class TensorFlowImageDecoder implements ImageDecoder, AutoCloseable {
  private final PictureInput input;
  private final ImageLimits limits;
  private final PictureBudget budget;
  private final PictureGraph graph;

  private final PictureGraph smooth; // for kept copies and thumbnails

  /** Which part of a picture is used, and its target size. */
  private interface Framing {
    Window of(Orientation orientation, int height, int width);
  }

  /**
   * Opens sessions of its own, on the CPU.
   *
   * @param budget shared by all decoders of the process
   */
  public TensorFlowImageDecoder(PictureInput input, PictureBudget budget, TensorFlowConfig config) {
    this.input = input;
    this.limits = budget.limits();
    this.budget = budget;
    this.graph = new PictureGraph(input.antialias(), config.cpuSession());
    this.smooth = new PictureGraph(true, config.callersSession());
  }

  /** With its own budget, if no other decoder is open. */
  public TensorFlowImageDecoder(PictureInput input, ImageLimits limits, TensorFlowConfig config) {
    this(input, PictureBudget.of(limits), config);
  }

  @Override
  public Pixels decode(byte[] image) throws RejectedException {
    return decode(
        image, graph, (orientation, height, width) -> Window.of(input, orientation, height, width));
  }

  @Override
  public byte[] shrink(byte[] image, int mostBytes) throws RejectedException {
    Pixels small =
        decode(
            image,
            smooth,
            (orientation, height, width) -> Window.within(KeptPicture.LONGEST_SIDE, height, width));
    Pixels served = input.antialias() ? null : decode(image);
    return new KeptPicture(smooth, input).encode(small, served, mostBytes);
  }

  @Override
  public byte[] thumbnail(byte[] image, int longestSide) throws RejectedException {
    return smooth.encodeThumbnail(
        decode(
            image,
            smooth,
            (orientation, height, width) -> Window.within(longestSide, height, width)));
  }

  private Pixels decode(byte[] image, PictureGraph resizing, Framing framing)
      throws RejectedException {
    if (image.length == 0) {
      throw new RejectedException(Rejection.EMPTY, "the image is empty");
    }
    if (image.length > limits.maxBytes()) {
      throw new RejectedException(
          Rejection.TOO_LARGE,
          "%d bytes; the limit is %d (images.max_bytes)"
              .formatted(image.length, limits.maxBytes()));
    }
    PictureFormat format = PictureFormat.of(image);
    try (EncodedPicture picture = open(format, image, resizing)) {
      int height = picture.height();
      int width = picture.width();
      if ((long) height * width > limits.maxPixels()) {
        throw new RejectedException(
            Rejection.TOO_MANY_PIXELS,
            "%d × %d pixels; the limit is %d in total (images.max_pixels)"
                .formatted(width, height, limits.maxPixels()));
      }
      Window window = framing.of(picture.orientation(), height, width);
      PictureBudget.Need need = picture.need().and(resizing.bytes(window));
      Pixels stored = budget.with(need, () -> picture.pixels(resizing, window));
      Pixels upright = picture.orientation().upright(stored);
      return picture.recovered() ? upright.asRecovered() : upright;
    } catch (TFInvalidArgumentException | IOException e) {
      throw new RejectedException(
          Rejection.BROKEN_IMAGE,
          "a %s that cannot be decoded: %s".formatted(format, TensorFlowMessage.of(e)));
    }
  }

  private EncodedPicture open(PictureFormat format, byte[] image, PictureGraph resizing)
      throws IOException {
    return switch (format) {
      case JPEG -> JpegPicture.open(image, resizing, limits);
      case PNG -> PngPicture.open(image);
      case WEBP -> WebPPicture.open(image);
      case GIF, BMP -> new ImageIoPicture(format, image);
    };
  }

  @Override
  public void close() {
    graph.close();
    smooth.close();
  }
}
