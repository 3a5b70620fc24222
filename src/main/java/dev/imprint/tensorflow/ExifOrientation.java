package dev.imprint.tensorflow;

import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.jpeg.JpegSegmentReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.exif.ExifTiffHandler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a picture's orientation from its EXIF data, and nothing else of that. Broken EXIF data does
 * not make a broken picture: it is upright then, as viewers show it.
 */
final class ExifOrientation {
  /** What a JPEG segment can hold; more in a PNG is no camera's. */
  private static final int MOST_BYTES = 1 << 16;

  private ExifOrientation() {}

  static Orientation ofJpeg(byte[] file) {
    try {
      Iterable<byte[]> segments =
          JpegSegmentReader.readSegments(
                  new SequentialByteArrayReader(file), List.of(JpegSegmentType.APP1))
              .getSegments(JpegSegmentType.APP1);
      for (byte[] segment : segments) {
        if (ExifReader.startsWithJpegExifPreamble(segment)) {
          return ofExif(segment, ExifReader.JPEG_SEGMENT_PREAMBLE.length());
        }
      }
      return Orientation.UPRIGHT;
    } catch (JpegProcessingException | IOException e) {
      return Orientation.UPRIGHT;
    }
  }

  /**
   * @param exif the TIFF structure that EXIF data are, beginning at {@code offset}
   */
  static Orientation ofExif(byte[] exif, int offset) {
    if (exif.length > MOST_BYTES) {
      return Orientation.UPRIGHT;
    }
    Metadata metadata = new Metadata();
    try {
      new TiffReader()
          .processTiff(new ByteArrayReader(exif), new OrientationAlone(metadata), offset);
    } catch (TiffProcessingException | IOException e) {
      return Orientation.UPRIGHT;
    }
    ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer value =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return value == null ? Orientation.UPRIGHT : Orientation.ofExif(value);
  }

  /** Enters no other directory, thumbnail, maker note or XMP: a hostile file can make them dear. */
  private static final class OrientationAlone extends ExifTiffHandler {
    OrientationAlone(Metadata metadata) {
      super(metadata, null, 0);
    }

    @Override
    public boolean tryEnterSubIfd(int tag) {
      return false;
    }

    @Override
    public boolean hasFollowerIfd() {
      return false;
    }

    @Override
    public @Nullable Long tryCustomProcessFormat(int tag, int format, long count) {
      return null;
    }

    @Override
    public boolean customProcessTag(
        int offset,
        Set<Integer> seen,
        int headerOffset,
        RandomAccessReader reader,
        int tag,
        int bytes) {
      return tag != ExifIFD0Directory.TAG_ORIENTATION;
    }
  }
}
