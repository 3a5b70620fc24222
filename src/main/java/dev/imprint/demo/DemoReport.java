package dev.imprint.demo;

import java.util.ArrayList;
import java.util.List;

/** How a demo went: what became of the pictures, and what was learned. */
public record DemoReport(PicturesReport pictures, LearningReport learning) {
  /** What a demo that works must not show, in words; empty if all is well. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>(pictures.faults());
    faults.addAll(learning.faults());
    return faults;
  }
}
