package dev.imprint.training;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What there is to learn from.
 *
 * @param examples one per image id
 * @param unlabelled may be empty
 */
public record Material(List<Example> examples, List<UnlabelledPicture> unlabelled) {
  public Material {
    examples = List.copyOf(examples);
    unlabelled = List.copyOf(unlabelled);
  }

  /** Without unlabelled pictures. */
  public static Material of(List<Example> examples) {
    return new Material(examples, List.of());
  }

  /**
   * Those that are no copy of an example, which would let a head learn what judges it; in the order
   * of their ids, since a head must not depend on that of their arrival.
   */
  List<UnlabelledPicture> others() {
    Set<String> known = examples.stream().map(Example::sha256).collect(Collectors.toSet());
    return unlabelled.stream()
        .filter(picture -> !known.contains(picture.sha256()))
        .sorted(
            Comparator.comparing(UnlabelledPicture::imageId)
                .thenComparing(UnlabelledPicture::sha256)
                .thenComparing(UnlabelledPicture::at))
        .toList();
  }
}
