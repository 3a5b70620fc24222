package dev.imprint.tensorflow;

import dev.imprint.model.Pixels;
import java.io.IOException;
import javax.imageio.IIOException;
import org.tensorflow.types.TString;

/** A JPEG, unpacked by TensorFlow. */
final class JpegPicture implements EncodedPicture {
  /** A progressive JPEG of a few bytes a scan could keep a core busy for minutes. */
  private static final int MOST_SCANS = 100;

  /** Scans × pixels, in the limit of pixels: a camera's largest in ten or so scans. */
  private static final long MOST_SCANNED_LIMITS = 20;

  /** Unpacked, and the part that is cut out. */
  private static final long BYTES_A_PIXEL = 2 * Pixels.CHANNELS;

  /** Two bytes a coefficient of at most four components, all of which several scans build up. */
  private static final long COEFFICIENT_BYTES_A_PIXEL = 2 * 4;

  private final TString contents;
  private final int height;
  private final int width;
  private final int scans;
  private final Orientation orientation;

  private JpegPicture(TString contents, int height, int width, int scans, Orientation orientation) {
    this.contents = contents;
    this.height = height;
    this.width = width;
    this.scans = scans;
    this.orientation = orientation;
  }

  /**
   * Reads what stands before the scans, and counts them.
   *
   * @param graph asked for the size, since another reader of the header could be led to see another
   * @throws IOException if it has too many scans
   */
  static JpegPicture open(byte[] file, PictureGraph graph, ImageLimits limits) throws IOException {
    int scans = JpegScans.count(file);
    if (scans > MOST_SCANS) {
      throw new IIOException("it has more than %d scans".formatted(MOST_SCANS));
    }
    TString contents = PictureGraph.contents(file);
    boolean opened = false;
    try {
      int[] size = graph.jpegSize(contents);
      long pixels = (long) size[0] * size[1];
      // More pixels than the limit are said to be that.
      if (pixels <= limits.maxPixels()
          && scans * pixels > MOST_SCANNED_LIMITS * limits.maxPixels()) {
        throw new IIOException(
            "its %d scans are too many for %d × %d pixels".formatted(scans, size[1], size[0]));
      }
      Orientation orientation = ExifOrientation.ofJpeg(file);
      JpegPicture picture = new JpegPicture(contents, size[0], size[1], scans, orientation);
      opened = true;
      return picture;
    } finally {
      if (!opened) {
        contents.close();
      }
    }
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public PictureBudget.Need need() {
    long bytes = BYTES_A_PIXEL + (scans > 1 ? COEFFICIENT_BYTES_A_PIXEL : 0);
    return new PictureBudget.Need(0, bytes * height * width);
  }

  @Override
  public Pixels pixels(PictureGraph graph, Window window) {
    return graph.jpeg(contents, window);
  }

  @Override
  public void close() {
    contents.close();
  }
}
