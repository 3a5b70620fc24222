package dev.imprint.labels;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.model.Label;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** The same picture under several ids, labelled differently by different people. */
public final class Contradictions {
  /**
   * One picture.
   *
   * @param sha256 of its bytes
   * @param labels all of them
   */
  public record Contradiction(String sha256, List<Label> labels) {}

  private Contradictions() {}

  /** In the order of the digests. */
  public static List<Contradiction> among(List<Label> labels) {
    return labels.stream()
        .collect(groupingBy(label -> label.claim().sha256(), TreeMap::new, toList()))
        .entrySet()
        .stream()
        .filter(picture -> isContradictory(picture.getValue()))
        .map(picture -> new Contradiction(picture.getKey(), List.copyOf(picture.getValue())))
        .toList();
  }

  private static boolean isContradictory(List<Label> labels) {
    for (Label one : labels) {
      for (Label other : labels) {
        if (!one.label().equals(other.label()) && !Objects.equals(one.who(), other.who())) {
          return true;
        }
      }
    }
    return false;
  }
}
