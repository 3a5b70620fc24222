package dev.imprint.demo;

import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The phases of the demo's story, in order. */
enum Phase {
  /** No head yet. */
  COLD("first model", Scene.USUAL, null),
  LEARNED("", Scene.USUAL, null),
  NEW_LIGHT("new light", Scene.EVENING, null),
  RECOVERED("", Scene.EVENING, null),
  NEW_PART("new part", Scene.EVENING.with(Part.CLIP), Part.CLIP),
  DONE("", Scene.EVENING.with(Part.CLIP), null);

  /** The phases that change something and end once it is learned; in between, nothing changes. */
  static final List<Phase> CHANGES =
      Stream.of(values()).filter(phase -> !phase.change.isEmpty()).toList();

  private final String change;
  private final Scene scene;
  private final @Nullable Part part;

  Phase(String change, Scene scene, @Nullable Part part) {
    this.change = change;
    this.scene = scene;
    this.part = part;
  }

  /** The change that has to be learned, for people; empty if there is none. */
  String change() {
    return change;
  }

  Scene scene() {
    return scene;
  }

  /** Whether a model with these labels can have learned the change. */
  boolean learnedWith(List<String> labels) {
    return part == null || labels.contains(part.label());
  }

  Phase next() {
    return this == DONE ? DONE : values()[ordinal() + 1];
  }
}
