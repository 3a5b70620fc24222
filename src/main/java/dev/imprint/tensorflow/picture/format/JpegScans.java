package dev.imprint.tensorflow.picture.format;

import java.util.Arrays;

/**
 * A JPEG's scans, found by walking its markers like libjpeg (ITU-T T.81, annex B): only those of
 * the picture itself, not of an embedded thumbnail or anything after its end.
 */
public final class JpegScans {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int LONGEST_SCAN_HEADER = 14;
  private static final int HIGHEST_FREQUENCY = 63;

  private final byte[] jpeg;
  private int count;
  private int components;
  private int begun; // components whose first scan has begun
  private boolean detailed; // whether a scan up to the highest frequency has begun
  private boolean ended;
  private int end;

  private JpegScans(byte[] jpeg) {
    this.jpeg = jpeg;
  }

  public static JpegScans of(byte[] jpeg) {
    JpegScans scans = new JpegScans(jpeg);
    scans.walk();
    return scans;
  }

  public int count() {
    return count;
  }

  /** Whether the end marker is missing, but there is a picture. */
  public boolean cut() {
    return count > 0 && !ended;
  }

  /**
   * Whether the rest of a truncated file shows the whole picture in all of its colors, and not only
   * the initial blur of a progressive file.
   */
  public boolean showAll() {
    return detailed && begun >= components;
  }

  /** A truncated file up to its last complete part, plus the missing marker. */
  public byte[] mended() {
    byte[] mended = Arrays.copyOf(jpeg, end + 2);
    mended[end] = (byte) 0xFF;
    mended[end + 1] = (byte) END_OF_IMAGE;
    return mended;
  }

  private void walk() {
    int at = 0;
    while (at < jpeg.length - 1) {
      int marker = jpeg[at + 1] & 0xFF;
      if (jpeg[at] != (byte) 0xFF || marker == 0 || marker == 0xFF) {
        at++; // a scan's data, or padding
      } else if (marker == END_OF_IMAGE) {
        ended = true;
        return;
      } else if (standsAlone(marker)) {
        at += 2;
      } else {
        int next = at + 2 + segment(marker, at + 2);
        if (at + 4 > jpeg.length || next > jpeg.length) {
          end = at;
          return;
        }
        at = next;
      }
    }
    end = withoutPadding();
  }

  /**
   * @return its length in bytes
   */
  private int segment(int marker, int at) {
    int length = at + 1 < jpeg.length ? (jpeg[at] & 0xFF) << 8 | jpeg[at + 1] & 0xFF : 0;
    if (marker == START_OF_SCAN) {
      count++;
      if (length > LONGEST_SCAN_HEADER) {
        return 0; // libjpeg refuses it
      }
      scan(at + 2, at + length);
    } else if (startsFrame(marker) && at + 7 < jpeg.length) {
      components = jpeg[at + 7];
    }
    return length;
  }

  /** Its components with two bytes each, then first and last frequency, then the bit position. */
  private void scan(int at, int next) {
    if (next > jpeg.length || next - at < 4) {
      return;
    }
    detailed |= jpeg[next - 2] == HIGHEST_FREQUENCY;
    boolean refines = (jpeg[next - 1] & 0xF0) != 0;
    if (jpeg[next - 3] == 0 && !refines) {
      begun += jpeg[at];
    }
  }

  private static boolean startsFrame(int marker) {
    boolean otherThanFrame = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
    return marker >= 0xC0 && marker <= 0xCF && !otherThanFrame;
  }

  private static boolean standsAlone(int marker) {
    boolean restart = marker >= 0xD0 && marker <= 0xD7;
    return restart || marker == START_OF_IMAGE || marker == 0x01;
  }

  /** Zeros, which an aborted download leaves in a preallocated file, are not a scan's data. */
  private int withoutPadding() {
    int last = jpeg.length;
    while (last > 0 && jpeg[last - 1] == 0) {
      last--;
    }
    boolean stuffed = last > 0 && last < jpeg.length && jpeg[last - 1] == (byte) 0xFF;
    return stuffed ? last + 1 : last;
  }
}
