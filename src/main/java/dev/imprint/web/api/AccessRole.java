package dev.imprint.web.api;

import java.util.Locale;

/** How much somebody may do. Each role includes those before it. */
public enum AccessRole {
  /** See pictures, predictions, labels and versions. */
  LOOK,
  /** Give labels. */
  LABEL,
  /** Change what serves, and what is learned. */
  OPERATE;

  boolean includes(AccessRole other) {
    return compareTo(other) >= 0;
  }

  /** As in settings and JSON. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
