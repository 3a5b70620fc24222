package dev.imprint.page.feed;

import dev.imprint.model.metrics.Interval;

/**
 * The answers of one version in the random sample that people labelled.
 *
 * @param answers of the newest outcomes
 * @param share that was right, in 0..1
 * @param interval of the share, 95 %
 */
public record VersionAccuracy(String version, int answers, double share, Interval interval) {
  static VersionAccuracy of(String version, int right, int all) {
    double share = (double) right / all;
    return new VersionAccuracy(version, all, share, Interval.ofShare(share, all));
  }
}
