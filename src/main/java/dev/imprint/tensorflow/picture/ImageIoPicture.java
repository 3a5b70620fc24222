package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.BmpFile;
import dev.imprint.tensorflow.picture.format.GifExtensions;
import dev.imprint.tensorflow.picture.format.Orientation;
import dev.imprint.tensorflow.picture.format.PictureFormat;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DirectColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.Element;

/**
 * A GIF or BMP, read by the Java platform: TensorFlow unpacks every frame of a GIF, shows palette
 * BMPs black and does not read 1-bit ones. Not thread-safe; the creator must close it.
 */
final class ImageIoPicture implements EncodedPicture {

  /** In the readers' buffers: at most 32 bits. */
  private static final long HEAP_BYTES_A_PIXEL = 4;

  private final ImageReader reader;
  private final int left;
  private final int top;
  private final int height;
  private final int width;

  /**
   * Reads only the header.
   *
   * @throws IOException if it is corrupt
   */
  ImageIoPicture(PictureFormat format, byte[] file) throws IOException {
    reader = ImageIO.getImageReadersByFormatName(format.name()).next();
    try {
      // Not ImageIO's own stream, which goes through a file.
      byte[] readable = format == PictureFormat.BMP ? BmpFile.inOrder(file) : file;
      ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(readable));
      reader.setInput(in, true, format != PictureFormat.GIF);
      if (format == PictureFormat.GIF) {
        GifExtensions.refuseMany(file);
        IIOMetadata frame = reader.getImageMetadata(0);
        left = number(frame, "ImageDescriptor", "imageLeftPosition");
        top = number(frame, "ImageDescriptor", "imageTopPosition");
        IIOMetadata stream = reader.getStreamMetadata();
        String screen = "LogicalScreenDescriptor";
        // A frame may extend beyond its screen, which is then enlarged, as in viewers.
        width = Math.max(number(stream, screen, "logicalScreenWidth"), left + reader.getWidth(0));
        height = Math.max(number(stream, screen, "logicalScreenHeight"), top + reader.getHeight(0));
      } else {
        left = 0;
        top = 0;
        width = reader.getWidth(0);
        height = reader.getHeight(0);
      }
      if (width < 1 || height < 1) {
        throw new IIOException("its size is %d × %d".formatted(width, height));
      }
    } catch (IOException e) {
      reader.dispose();
      throw e;
    } catch (RuntimeException e) {
      reader.dispose();
      throw broken(e);
    }
  }

  private static int number(IIOMetadata metadata, String element, String attribute) {
    Element root = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    Element found = (Element) root.getElementsByTagName(element).item(0);
    return Integer.parseInt(found.getAttribute(attribute));
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
    return Orientation.UPRIGHT;
  }

  @Override
  public PictureBudget.Need need() {
    long pixels = (long) height * width;
    return new PictureBudget.Need(HEAP_BYTES_A_PIXEL * pixels, 2 * Pixels.CHANNELS * pixels);
  }

  @Override
  public Pixels pixels(PictureGraph graph, Window window) throws IOException {
    BufferedImage frame = opaqueIfNothingShows(read());
    return new OnWhite(frame, left, top, height, width).pixels(graph, window);
  }

  /** Programs that do not know alpha leave it 0 throughout. */
  private static BufferedImage opaqueIfNothingShows(BufferedImage frame) {
    WritableRaster alpha = frame.getAlphaRaster();
    if (alpha == null || !(frame.getColorModel() instanceof DirectColorModel colors)) {
      return frame;
    }
    int[] row = new int[frame.getWidth()];
    for (int y = 0; y < frame.getHeight(); y++) {
      alpha.getSamples(0, y, row.length, 1, 0, row);
      for (int value : row) {
        if (value != 0) {
          return frame;
        }
      }
    }
    ColorModel opaque =
        new DirectColorModel(
            colors.getPixelSize(),
            colors.getRedMask(),
            colors.getGreenMask(),
            colors.getBlueMask());
    int[] bands = {0, 1, 2}; // without alpha
    WritableRaster shown =
        frame
            .getRaster()
            .createWritableChild(0, 0, frame.getWidth(), frame.getHeight(), 0, 0, bands);
    return new BufferedImage(opaque, shown, false, null);
  }

  private BufferedImage read() throws IOException {
    try {
      return reader.read(0);
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  /**
   * On bad bytes, the platform's readers throw many kinds of exceptions, such as an index out of
   * bounds.
   */
  private static IIOException broken(RuntimeException e) {
    return new IIOException("its structure is damaged", e);
  }

  @Override
  public void close() {
    reader.dispose();
  }
}
