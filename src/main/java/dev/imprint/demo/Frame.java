package dev.imprint.demo;

/**
 * A picture while it is drawn: three planes (red, green, blue), row-major, where 0 is black and 255
 * white; values outside are cut off at the end only.
 */
@SuppressWarnings("ArrayRecordComponent") // drawn into by one renderer, compared by nobody
record Frame(int width, int height, float[][] planes) {
  static final int CHANNELS = 3;

  Frame(int width, int height) {
    this(width, height, new float[CHANNELS][width * height]);
  }
}
