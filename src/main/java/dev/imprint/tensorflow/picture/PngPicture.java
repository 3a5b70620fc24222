package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.format.Orientation;
import dev.imprint.tensorflow.picture.format.PngFile;
import java.io.IOException;
import org.tensorflow.types.TString;

/** A PNG, unpacked by TensorFlow to eight bits per channel. */
final class PngPicture implements EncodedPicture {
  /** Unpacked, plus the cropped part. */
  private static final long OPAQUE_BYTES_A_PIXEL = 2 * Pixels.CHANNELS;

  /** Unpacked, plus the result of blending it with white. */
  private static final long TRANSPARENT_BYTES_A_PIXEL = 4 + 2 * Pixels.CHANNELS;

  private final PngFile header;
  private final TString contents;

  private PngPicture(PngFile header, TString contents) {
    this.header = header;
    this.contents = contents;
  }

  static PngPicture open(byte[] file) throws IOException {
    PngFile header = PngFile.read(file);
    return new PngPicture(header, PictureGraph.contents(header.pixels()));
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
    long bytes = header.transparent() ? TRANSPARENT_BYTES_A_PIXEL : OPAQUE_BYTES_A_PIXEL;
    return new PictureBudget.Need(0, bytes * header.height() * header.width());
  }

  @Override
  public Pixels pixels(PictureGraph graph, Window window) {
    return header.transparent()
        ? graph.transparentPng(contents, window)
        : graph.png(contents, window);
  }

  @Override
  public void close() {
    contents.close();
  }
}
