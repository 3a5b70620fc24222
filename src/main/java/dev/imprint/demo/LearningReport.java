package dev.imprint.demo;

import java.util.List;

/**
 * The outcome of the demo's learning.
 *
 * @param version the last one that answered; empty if none did
 * @param changes those on the belt that were learned
 * @param versions in the order in which they were announced
 * @param feedback how many labels were sent back
 * @param faults what was not learned in time, for people
 */
record LearningReport(
    String version,
    List<Story.Change> changes,
    List<Versions.Standing> versions,
    long feedback,
    List<String> faults) {

  LearningReport {
    changes = List.copyOf(changes);
    versions = List.copyOf(versions);
    faults = List.copyOf(faults);
  }
}
