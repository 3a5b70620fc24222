package dev.imprint.training;

import org.jspecify.annotations.Nullable;

/**
 * What a head has learned of a picture.
 *
 * @param group that it had then, which decides its fold; null for none
 */
public record Learned(String label, @Nullable String group) {
  static Learned of(Example example) {
    return new Learned(example.label(), example.group());
  }
}
