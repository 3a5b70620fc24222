package dev.imprint.tensorflow.picture;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.Orientation;
import dev.imprint.tensorflow.picture.format.WebPFile;
import dev.imprint.tensorflow.picture.format.WebPFrame;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;

/** A WebP, lossy or lossless, unpacked by TwelveMonkeys' reader. */
record WebPPicture(WebPFile header) implements EncodedPicture {
  /** Three or four channels, and the transforms or the modes of blocks. */
  private static final long HEAP_BYTES_A_PIXEL = 5;

  /** A lossy one's alpha is unpacked to four channels before it is merged with the others. */
  private static final long ALPHA_BYTES_A_PIXEL = 5;

  /** Three rows of blocks, 16 columns each, in which every number is an object. */
  private static final long HEAP_BYTES_A_LOSSY_COLUMN = 4 << 10;

  /** Five Huffman codes with only short words. */
  private static final long HEAP_BYTES_A_CODE_GROUP = 6 << 10;

  /** With words of maximum length; such codes take more than a kilobyte in the file. */
  private static final long MOST_HEAP_BYTES_A_CODE_GROUP = 192 << 10;

  private static final long MOST_HEAP_BYTES_A_CODE_BYTE = 192;

  static WebPPicture open(byte[] file) throws IOException {
    return new WebPPicture(WebPFile.read(file));
  }

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public Orientation orientation() {
    return header.orientation();
  }

  @Override
  public PictureBudget.Need need() {
    WebPFrame frame = header.frame();
    boolean twoParts = frame.lossy() && frame.codeGroups() > 0;
    long pixels = (long) frame.height() * frame.width();
    long heap = pixels * (HEAP_BYTES_A_PIXEL + (twoParts ? ALPHA_BYTES_A_PIXEL : 0));
    heap += frame.lossy() ? HEAP_BYTES_A_LOSSY_COLUMN * (frame.width() + 2 * 16) : 0;
    heap += HEAP_BYTES_A_CODE_GROUP * frame.codeGroups();
    heap +=
        Math.min(
            MOST_HEAP_BYTES_A_CODE_GROUP * frame.codeGroups(),
            MOST_HEAP_BYTES_A_CODE_BYTE * frame.codeBytes());
    return new PictureBudget.Need(heap, 2L * Pixels.CHANNELS * height() * width());
  }

  @Override
  public Pixels pixels(PictureGraph graph, Window window) throws IOException {
    OnWhite picture =
        new OnWhite(unpacked(), header.left(), header.top(), header.height(), header.width());
    return picture.pixels(graph, window);
  }

  private BufferedImage unpacked() throws IOException {
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
    try {
      reader.setInput(new BytesInput(header.frame().file()));
      return reader.read(0);
    } catch (RuntimeException e) {
      throw new IIOException("its structure is damaged", e);
    } finally {
      reader.dispose();
    }
  }

  @Override
  public void close() {
    // No resources are held between calls.
  }
}
