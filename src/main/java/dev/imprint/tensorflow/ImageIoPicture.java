package dev.imprint.tensorflow;

import dev.imprint.model.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.Element;

/**
 * A GIF or BMP, read by the Java platform: TensorFlow unpacks every frame of a GIF, shows palette
 * BMPs black and does not read those of one bit. For one thread; whoever opened it closes it.
 */
final class ImageIoPicture implements EncodedPicture {
  private static final int BMP_COMPRESSION_AT = 30;
  private static final int BMP_EMBEDDED_JPEG = 4;
  private static final int BMP_EMBEDDED_PNG = 5;

  /** Of what the readers unpack to: 32 bits where there are most. */
  private static final long HEAP_BYTES_A_PIXEL = 4;

  private final ImageReader reader;
  private final int left;
  private final int top;
  private final int height;
  private final int width;

  /**
   * Reads the header alone.
   *
   * @throws IOException if it is broken
   */
  ImageIoPicture(PictureFormat format, byte[] file) throws IOException {
    reader = ImageIO.getImageReadersByFormatName(format.name()).next();
    try {
      // Not ImageIO's own stream, which goes through a file.
      ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file));
      reader.setInput(in, true, format != PictureFormat.GIF);
      if (format == PictureFormat.GIF) {
        GifExtensions.refuseMany(file);
        IIOMetadata frame = reader.getImageMetadata(0);
        left = number(frame, "ImageDescriptor", "imageLeftPosition");
        top = number(frame, "ImageDescriptor", "imageTopPosition");
        IIOMetadata stream = reader.getStreamMetadata();
        String screen = "LogicalScreenDescriptor";
        // A frame may reach over its screen; then that grows, as viewers have it.
        width = Math.max(number(stream, screen, "logicalScreenWidth"), left + reader.getWidth(0));
        height = Math.max(number(stream, screen, "logicalScreenHeight"), top + reader.getHeight(0));
      } else {
        refuseEmbedded(file);
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

  /** The reader would hand it on to another one, past the limits. */
  private static void refuseEmbedded(byte[] file) throws IIOException {
    if (file.length >= BMP_COMPRESSION_AT + Integer.BYTES) {
      int compression =
          ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(BMP_COMPRESSION_AT);
      if (compression == BMP_EMBEDDED_JPEG || compression == BMP_EMBEDDED_PNG) {
        throw new IIOException("it holds a JPEG or PNG: send that itself");
      }
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
    BufferedImage frame = read();
    return graph.bgr((first, rows) -> onWhite(frame, first, rows), height, width, window);
  }

  private byte[] onWhite(BufferedImage frame, int first, int rows) {
    BufferedImage canvas = new BufferedImage(width, rows, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = canvas.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, rows);
      graphics.drawImage(frame, left, top - first, null);
    } finally {
      graphics.dispose();
    }
    return ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
  }

  private BufferedImage read() throws IOException {
    try {
      return reader.read(0);
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  /** The platform's readers trip over bad bytes in many ways, an index out of bounds among them. */
  private static IIOException broken(RuntimeException e) {
    return new IIOException("its structure is broken", e);
  }

  @Override
  public void close() {
    reader.dispose();
  }
}
