package dev.imprint.demo.belt;

/**
 * A picture being drawn: three planes (red, green, blue), row-major, where 0 is black and 255
 * white; values outside that range are clipped only at the end.
 */
@SuppressWarnings("ArrayRecordComponent") // drawn into by one renderer, never compared
record Frame(int width, int height, float[][] planes) {
  static final int CHANNELS = 3;

  Frame(int width, int height) {
    this(width, height, new float[CHANNELS][width * height]);
  }
}
