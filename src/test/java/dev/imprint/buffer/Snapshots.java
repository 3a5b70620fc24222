package dev.imprint.buffer;

import java.util.List;

/** Snapshots of a buffer for the tests of other packages. */
public final class Snapshots {
  private Snapshots() {}

  private static BufferIndex.IndexedPicture picture(Example example) {
    return new BufferIndex.IndexedPicture(new Position(0, 0), example.sha256(), example.sha256());
  }

  public static BufferSnapshot of(List<Example> examples) {
    return BufferSnapshot.of(
        examples.stream()
            .map(example -> new BufferSnapshot.Stored(example, 0, picture(example)))
            .toList(),
        BufferConfig.DEFAULTS.maxLabels());
  }
}
