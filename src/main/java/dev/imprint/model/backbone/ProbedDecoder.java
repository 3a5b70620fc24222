package dev.imprint.model.backbone;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes a picture on which a decoder fails from a broken decoder: any exception becomes a
 * rejection if the decoder still accepts a blank picture. So no picture stops a thread.
 *
 * @param decoder closed by its owner
 */
public record ProbedDecoder(ImageDecoder decoder) implements ImageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ProbedDecoder.class);

  private interface Decoding<T> {
    T run() throws RejectedException;
  }

  /**
   * @throws RuntimeException if the decoder is broken
   */
  @Override
  public Pixels decode(byte[] image) throws RejectedException {
    return probed(() -> decoder.decode(image));
  }

  /**
   * @throws RuntimeException if the decoder is broken
   */
  @Override
  public byte[] shrink(byte[] image, int mostBytes) throws RejectedException {
    return probed(() -> decoder.shrink(image, mostBytes));
  }

  /**
   * @throws RuntimeException if the decoder is broken
   */
  @Override
  public byte[] thumbnail(byte[] image, int longestSide) throws RejectedException {
    return probed(() -> decoder.thumbnail(image, longestSide));
  }

  private <T> T probed(Decoding<T> decoding) throws RejectedException {
    try {
      return decoding.run();
    } catch (RuntimeException e) {
      decoder.decode(BlankImage.png());
      LOG.warn("The decoder failed on one picture but not on a blank one", e);
      throw new RejectedException(
          Rejection.BROKEN_IMAGE, "the decoder failed on it but not on a blank picture");
    }
  }
}
