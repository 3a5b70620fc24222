package dev.imprint.tensorflow;

import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.png.PngColorType;
import com.drew.imaging.png.PngProcessingException;
import com.drew.lang.SequentialByteArrayReader;
import java.io.IOException;
import java.util.Set;

/**
 * What a PNG says of itself before anything is unpacked.
 *
 * @param transparent whether it has an alpha channel or a tRNS chunk
 */
record PngHeader(int height, int width, boolean transparent, Orientation orientation) {
  /** Each can unpack to 8 MB in libpng's memory, though nobody reads it. */
  private static final Set<PngChunkType> COMPRESSED_TEXTS =
      Set.of(PngChunkType.iCCP, PngChunkType.zTXt, PngChunkType.iTXt);

  private static final int MOST_COMPRESSED_TEXTS = 32;

  private static final Set<PngChunkType> WANTED =
      Set.of(
          PngChunkType.IHDR,
          PngChunkType.tRNS,
          PngChunkType.eXIf,
          PngChunkType.iCCP,
          PngChunkType.zTXt,
          PngChunkType.iTXt);

  /**
   * @throws PngProcessingException if it breaks the format's rules
   * @throws IOException if it ends too early
   */
  static PngHeader read(byte[] file) throws PngProcessingException, IOException {
    com.drew.imaging.png.PngHeader header = null;
    boolean transparent = false;
    Orientation orientation = Orientation.UPRIGHT;
    int texts = 0;
    for (PngChunk chunk :
        new PngChunkReader().extract(new SequentialByteArrayReader(file), WANTED)) {
      if (chunk.getType().equals(PngChunkType.IHDR)) {
        header = new com.drew.imaging.png.PngHeader(chunk.getBytes());
      } else if (chunk.getType().equals(PngChunkType.tRNS)) {
        transparent = true;
      } else if (chunk.getType().equals(PngChunkType.eXIf)) {
        orientation = ExifOrientation.ofExif(chunk.getBytes(), 0);
      } else if (COMPRESSED_TEXTS.contains(chunk.getType()) && ++texts > MOST_COMPRESSED_TEXTS) {
        throw new PngProcessingException(
            "it holds more than %d compressed texts".formatted(MOST_COMPRESSED_TEXTS));
      }
    }
    if (header == null || header.getImageWidth() < 1 || header.getImageHeight() < 1) {
      throw new PngProcessingException("its header names no size");
    }
    PngColorType color = header.getColorType();
    return new PngHeader(
        header.getImageHeight(),
        header.getImageWidth(),
        transparent
            || color == PngColorType.TRUE_COLOR_WITH_ALPHA
            || color == PngColorType.GREYSCALE_WITH_ALPHA,
        orientation);
  }
}
