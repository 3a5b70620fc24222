package dev.imprint.demo.belt;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The parts that may appear on the belt, and the light. A demo changes both while it runs.
 *
 * @param parts at least one, all equally likely; a part listed twice is twice as likely
 */
public record Scene(List<Part> parts, Light light) {
  /** The parts that the bundled head knows, under the light that it was trained under. */
  public static final Scene USUAL = new Scene(Part.USUAL, Light.HALL);

  /** The same parts in the evening: a head that learned under the hall's light is often wrong. */
  public static final Scene EVENING = new Scene(Part.USUAL, Light.EVENING);

  public Scene {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a scene needs at least one part");
    }
  }

  /** The same scene with another part added, half as frequent as all others together. */
  public Scene with(Part part) {
    int run = parts.size() / 2;
    return new Scene(
        Stream.concat(parts.stream(), Collections.nCopies(run, part).stream()).toList(), light);
  }
}
