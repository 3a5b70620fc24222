package dev.imprint.tensorflow.picture;

import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Input for an ImageIO reader that fails for good at the end of the bytes: WebP's reader does not
 * treat an {@code EOFException} as final, and would run into it again at every pixel.
 */
final class BytesInput extends ImageInputStreamImpl {
  private final byte[] bytes;

  BytesInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IIOException {
    requireMore();
    bitOffset = 0;
    return bytes[(int) streamPos++] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IIOException {
    requireMore();
    bitOffset = 0;
    int count = Math.min(length, bytes.length - (int) streamPos);
    System.arraycopy(bytes, (int) streamPos, to, offset, count);
    streamPos += count;
    return count;
  }

  private void requireMore() throws IIOException {
    if (streamPos >= bytes.length) {
      throw new IIOException("it ends in the middle of its pixels");
    }
  }
}
