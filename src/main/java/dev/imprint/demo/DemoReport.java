package dev.imprint.demo;

import java.util.ArrayList;
import java.util.List;

/** The result of a demo: what happened to the pictures, and what was learned. */
public record DemoReport(PicturesReport pictures, LearningReport learning) {
  /** Faults that a working demo must not show, in words; empty if there are none. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>(pictures.faults());
    faults.addAll(learning.faults());
    return faults;
  }
}
