package dev.imprint.demo;

import java.util.List;

/**
 * What may come along on the belt, and under which light. A demo changes either while it runs.
 *
 * @param parts at least one, each as likely as the other
 */
public record Scene(List<Part> parts, Light light) {
  /** The parts that the bundled head knows, under the light that it was trained under. */
  public static final Scene USUAL = new Scene(Part.USUAL, Light.HALL);

  public Scene {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a scene needs at least one part");
    }
  }
}
