package dev.imprint.tensorflow.picture;

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

  /** Of the rows, how many a file may have lost with its end: fewer than one in so many. */
  private static final int LOST_PART = 4;

  private final TString contents;
  private final int height;
  private final int width;
  private final JpegScans scans;
  private final Orientation orientation;

  private JpegPicture(
      TString contents, int height, int width, JpegScans scans, Orientation orientation) {
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
   * @throws IOException if it has too many scans, or has lost its end and may not, or too much
   */
  static JpegPicture open(byte[] file, PictureGraph graph, ImageLimits limits) throws IOException {
    JpegScans scans = JpegScans.of(file);
    if (scans.count() > MOST_SCANS) {
      throw new IIOException("it has more than %d scans".formatted(MOST_SCANS));
    }
    TString contents = PictureGraph.contents(scans.cut() ? mended(scans, limits) : file);
    boolean opened = false;
    try {
      int[] size = graph.jpegSize(contents);
      long pixels = (long) size[0] * size[1];
      // More pixels than the limit are said to be that.
      if (pixels <= limits.maxPixels()
          && scans.count() * pixels > MOST_SCANNED_LIMITS * limits.maxPixels()) {
        throw new IIOException(
            "%d scans are too many for %d × %d pixels".formatted(scans.count(), size[1], size[0]));
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

  private static byte[] mended(JpegScans scans, ImageLimits limits) throws IIOException {
    if (limits.truncated() == ImageLimits.Truncated.REFUSE) {
      throw new IIOException(
          "the end of the file is missing; send the whole file, or set images.truncated to"
              + " recover");
    }
    requireMost(scans.showAll());
    return scans.mended();
  }

  private static void requireMost(boolean there) throws IIOException {
    if (!there) {
      throw new IIOException(
          "the end of the file is missing, with too much of the picture to recover"
              + " (images.truncated); send the whole file");
    }
  }

  @Override
  public boolean recovered() {
    return scans.cut();
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
    long bytes = BYTES_A_PIXEL + (scans.count() > 1 ? COEFFICIENT_BYTES_A_PIXEL : 0);
    return new PictureBudget.Need(0, bytes * height * width);
  }

  @Override
  public Pixels pixels(PictureGraph graph, Window window) throws IOException {
    if (scans.cut()) {
      requireMost(graph.jpegHasRowsFrom(contents, height - height / LOST_PART));
    }
    return graph.jpeg(contents, window);
  }

  @Override
  public void close() {
    contents.close();
  }
}
