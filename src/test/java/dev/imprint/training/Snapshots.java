package dev.imprint.training;

import java.util.List;

/** Snapshots of a buffer for the tests of other packages. */
public final class Snapshots {
  private Snapshots() {}

  public static BufferSnapshot of(List<Example> examples) {
    return BufferSnapshot.of(
        examples.stream().map(example -> new BufferSnapshot.Stored(example, 0)).toList(),
        BufferConfig.DEFAULTS.maxLabels());
  }
}
