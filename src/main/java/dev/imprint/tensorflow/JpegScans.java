package dev.imprint.tensorflow;

/** Counts a JPEG's scans by walking its markers as libjpeg does (ITU-T T.81, annex B). */
final class JpegScans {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int LONGEST_SCAN_HEADER = 14;

  private JpegScans() {}

  /** Those of the picture itself: neither an embedded thumbnail's nor what follows its end. */
  static int count(byte[] jpeg) {
    int scans = 0;
    int at = 0;
    while (at < jpeg.length - 1) {
      int marker = jpeg[at + 1] & 0xFF;
      if (jpeg[at] != (byte) 0xFF || marker == 0 || marker == 0xFF) {
        at++; // a scan's data, or filling
      } else if (marker == END_OF_IMAGE) {
        return scans;
      } else if (standsAlone(marker)) {
        at += 2;
      } else {
        int length = length(jpeg, at + 2);
        if (marker == START_OF_SCAN) {
          scans++;
          length = length > LONGEST_SCAN_HEADER ? 0 : length; // libjpeg refuses it
        }
        at += 2 + length;
      }
    }
    return scans;
  }

  private static boolean standsAlone(int marker) {
    boolean restart = marker >= 0xD0 && marker <= 0xD7;
    return restart || marker == START_OF_IMAGE || marker == 0x01;
  }

  private static int length(byte[] jpeg, int at) {
    return at + 1 < jpeg.length ? (jpeg[at] & 0xFF) << 8 | jpeg[at + 1] & 0xFF : 0;
  }
}
