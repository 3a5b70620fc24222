package dev.imprint.demo.belt;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** The kinds of parts that can lie on the belt, each with a method that draws one. */
public enum Part {
  WASHER(RoundParts::washer),
  NUT(RoundParts::nut),
  GEAR(RoundParts::gear),
  BEARING(RoundParts::bearing),
  BOLT(LongParts::bolt),
  SCREW(LongParts::screw),
  SPRING(LongParts::spring),
  BRACKET(LongParts::bracket),
  /** A retaining ring; not among the usual ones, so that something new can turn up. */
  CLIP(RoundParts::clip),
  /** Not among the usual ones, either. */
  WING_NUT(RoundParts::wingNut);

  /** The parts that the bundled head knows. */
  public static final List<Part> USUAL =
      List.of(WASHER, NUT, GEAR, BEARING, BOLT, SCREW, SPRING, BRACKET);

  @FunctionalInterface
  interface Drawing {
    /** Draws one part, no two alike, into a circle of radius 1. */
    void draw(Chisel chisel, RandomGenerator random);
  }

  @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method has no state
  private final Drawing drawing;

  Part(Drawing drawing) {
    this.drawing = drawing;
  }

  /** The class's label in heads and for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void draw(Chisel chisel, RandomGenerator random) {
    drawing.draw(chisel, random);
  }
}
