package dev.imprint.page.understand;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one occlusion map, in order: begin, cells several times, end. */
final class OcclusionEvents {
  static final String BEGIN = "begin";
  static final String CELLS = "cells";
  static final String END = "end";

  private OcclusionEvents() {}

  /**
   * @param version that is asked
   * @param label whose probability is shown
   * @param probability of the label for the whole picture
   * @param grid rows and columns of patches
   * @param patch part of the height and of the width that each covers
   * @param jpeg what the network is given, in Base64
   */
  record Begin(
      String version, String label, float probability, int grid, double patch, String jpeg) {}

  /**
   * @param from number of the first patch, row by row
   * @param probabilities of the label with each patch
   */
  record Cells(int from, List<Float> probabilities) {}

  /**
   * @param problem why the map is incomplete; null if it is complete
   * @param seconds that it took
   */
  record End(@Nullable String problem, double seconds) {}
}
