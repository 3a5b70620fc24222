package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.ExifOrientation;
import dev.imprint.tensorflow.picture.format.JpegScans;
import dev.imprint.tensorflow.picture.format.Orientation;
import java.io.IOException;
import javax.imageio.IIOException;
import org.tensorflow.types.TString;

/** A JPEG, unpacked by TensorFlow. */
final class JpegPicture implements EncodedPicture {
  /** A progressive JPEG with a few bytes per scan could keep a core busy for minutes. */
  private static final int MOST_SCANS = 100;

  /**
   * Scans × pixels, in multiples of the pixel limit: a camera's largest picture in ten or so scans.
   */
  private static final long MOST_SCANNED_LIMITS = 20;

  /** Unpacked, plus the cropped part. */
  private static final long BYTES_A_PIXEL = 2 * Pixels.CHANNELS;

  /** Two bytes per coefficient of at most four components, all of which several scans build up. */
  private static final long COEFFICIENT_BYTES_A_PIXEL = 2 * 4;

  /** A file may have lost less than this fraction of its rows: one in this many. */
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
   * Reads the part before the scans, and counts the scans.
   *
   * @param graph asked for the size, since another reader could be tricked into seeing another one
   * @throws IOException if it has too many scans, or is truncated too much or where that is not
   *     allowed
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
      // If there are more pixels than the limit, the limit is the error to report.
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
