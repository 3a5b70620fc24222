package dev.imprint.tensorflow;

import com.drew.imaging.png.PngProcessingException;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.types.TString;

/**
 * Decodes, turns upright, crops and resizes pictures to what a backbone takes; serving and training
 * both come through here. JPEG and PNG are unpacked by TensorFlow, GIF and BMP by ImageIO. Safe for
 * use by several threads at once; {@link #close} waits for calls under way and later ones fail.
 * Whoever opened it closes it.
 */
public final class TensorFlowImageDecoder implements ImageDecoder, AutoCloseable {
  /** A progressive JPEG of a few bytes a scan could keep a core busy for minutes. */
  private static final int MOST_JPEG_SCANS = 100;

  /** Scans × pixels of a JPEG, in the limit of pixels: a camera's largest in ten or so scans. */
  private static final long MOST_SCANNED_LIMITS = 20;

  private final BackboneDescription description;
  private final ImageLimits limits;
  private final PictureGraph graph;
  private final Semaphore unpacked; // permits are pixels; fair, so that a large one gets its turn

  /** Opens a session of its own, on the CPU. */
  public TensorFlowImageDecoder(
      BackboneDescription description, ImageLimits limits, TensorFlowConfig config) {
    this.description = description;
    this.limits = limits;
    this.unpacked = new Semaphore((int) limits.maxPixels(), true);
    this.graph = new PictureGraph(description.antialias(), config);
  }

  @Override
  public Pixels decode(byte[] image) throws RejectedException {
    if (image.length == 0) {
      throw new RejectedException(Rejection.EMPTY, "the image has no bytes");
    }
    if (image.length > limits.maxBytes()) {
      throw new RejectedException(
          Rejection.TOO_LARGE,
          "%d bytes, the limit is %d (images.max_bytes)"
              .formatted(image.length, limits.maxBytes()));
    }
    PictureFormat format = PictureFormat.of(image);
    try {
      return switch (format) {
        case JPEG -> jpeg(image);
        case PNG -> png(image);
        case GIF, BMP -> withImageIo(format, image);
      };
    } catch (TFInvalidArgumentException | PngProcessingException | IOException e) {
      throw broken(format, e);
    }
  }

  private Pixels jpeg(byte[] image) throws RejectedException, IOException {
    int scans = JpegScans.count(image);
    if (scans > MOST_JPEG_SCANS) {
      throw new RejectedException(
          Rejection.BROKEN_IMAGE, "a JPEG of more than %d scans".formatted(MOST_JPEG_SCANS));
    }
    try (TString contents = PictureGraph.contents(image)) {
      int[] size = graph.jpegSize(contents);
      Orientation orientation = ExifOrientation.ofJpeg(image);
      Window window = window(orientation, size[0], size[1]);
      long work = (long) scans * size[0] * size[1];
      if (work > MOST_SCANNED_LIMITS * limits.maxPixels()) {
        throw new RejectedException(
            Rejection.BROKEN_IMAGE,
            "a JPEG of %d scans, too many for %d × %d pixels".formatted(scans, size[1], size[0]));
      }
      return orientation.upright(sharing(size[0] * size[1], () -> graph.jpeg(contents, window)));
    }
  }

  private Pixels png(byte[] image) throws RejectedException, PngProcessingException, IOException {
    PngHeader header = PngHeader.read(image);
    Window window = window(header.orientation(), header.height(), header.width());
    try (TString contents = PictureGraph.contents(image)) {
      Pixels stored =
          sharing(
              header.height() * header.width(),
              () ->
                  header.transparent()
                      ? graph.transparentPng(contents, window)
                      : graph.png(contents, window));
      return header.orientation().upright(stored);
    }
  }

  private Pixels withImageIo(PictureFormat format, byte[] image)
      throws RejectedException, IOException {
    try (ImageIoPicture picture = new ImageIoPicture(format, image)) {
      Window window = window(Orientation.UPRIGHT, picture.height(), picture.width());
      return sharing(
          picture.height() * picture.width(),
          () -> graph.bgr(picture.bgr(), picture.height(), picture.width(), window));
    }
  }

  private interface Unpacking {
    Pixels run() throws RejectedException, IOException;
  }

  /** Pictures that are unpacked at the same time have, together, no more pixels than one may. */
  private Pixels sharing(int pixels, Unpacking unpacking) throws RejectedException, IOException {
    unpacked.acquireUninterruptibly(pixels);
    try {
      return unpacking.run();
    } finally {
      unpacked.release(pixels);
    }
  }

  private Window window(Orientation orientation, int height, int width) throws RejectedException {
    if ((long) height * width > limits.maxPixels()) {
      throw new RejectedException(
          Rejection.TOO_MANY_PIXELS,
          "%d × %d pixels, the limit is %d in all (images.max_pixels)"
              .formatted(width, height, limits.maxPixels()));
    }
    return Window.of(description, orientation, height, width);
  }

  private static RejectedException broken(PictureFormat format, Exception cause) {
    return new RejectedException(
        Rejection.BROKEN_IMAGE,
        "a %s that cannot be decoded: %s".formatted(format, cause.getMessage()));
  }

  @Override
  public void close() {
    graph.close();
  }
}
