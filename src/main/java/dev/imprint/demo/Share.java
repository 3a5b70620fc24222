package dev.imprint.demo;

/** The number of answers, and how many of them were right. */
record Share(long right, long all) {
  static final Share NONE = new Share(0, 0);

  Share plus(boolean correct) {
    return new Share(right + (correct ? 1 : 0), all + 1);
  }

  /** In 0..1; NaN without answers. */
  double accuracy() {
    return all == 0 ? Double.NaN : right / (double) all;
  }
}
