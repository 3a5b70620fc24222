package dev.imprint.training.selection;

import dev.imprint.buffer.Example;
import dev.imprint.tensorflow.head.Folds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps near duplicates of what judges a head from that head: it would be judged by what it has
 * learned. Where it would lose half of a label's examples or more, since all its pictures look
 * alike, they stay: as from a camera that never moves, such pictures will come again.
 */
public final class Apart {
  private final List<Example> examples;
  private final NearDuplicates duplicates;

  /** Takes seconds for tens of thousands. */
  public Apart(List<Example> examples) throws InterruptedException {
    this.examples = examples;
    this.duplicates =
        new NearDuplicates(
            examples.stream().map(Example::embedding).toList(), NearDuplicates.COSINE);
  }

  /** The folds of the examples, in order. */
  public Folds folds() throws InterruptedException {
    int[] fold = examples.stream().mapToInt(Split::fold).toArray();
    Folds folds = Folds.of(Split.FOLDS, fold);
    int[] near = duplicates.groupsNear(fold);
    for (int head = 0; head < Split.FOLDS; head++) {
      for (int example : hidden(head, fold, near)) {
        folds.hide(example, head);
      }
    }
    return folds;
  }

  /** Ids of the examples outside of the holdout that are near duplicates of one in it. */
  public Set<String> fromHoldout() throws InterruptedException {
    int[] side = examples.stream().mapToInt(e -> Split.of(e) == Split.HOLDOUT ? 0 : 1).toArray();
    Set<String> ids = new HashSet<>();
    for (int example : hidden(0, side, duplicates.groupsNear(side))) {
      ids.add(examples.get(example).imageId());
    }
    return ids;
  }

  /**
   * Ids of the examples that are new to a head, but near duplicates of one that it knows.
   *
   * @param learned digests of the pictures that it knows
   */
  public Set<String> knownByLooks(Set<String> learned) throws InterruptedException {
    int[] side = examples.stream().mapToInt(e -> learned.contains(e.sha256()) ? 0 : 1).toArray();
    int[] near = duplicates.groupsNear(side);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < side.length; i++) {
      if (side[i] == 1 && near[i] != 0) {
        ids.add(examples.get(i).imageId());
      }
    }
    return ids;
  }

  /** Those to hide from a head, which learns from all groups but the one of its number. */
  private List<Integer> hidden(int head, int[] group, int[] near) {
    Map<String, Integer> left = new HashMap<>(); // those that stay, less those that do not
    List<Integer> hidden = new ArrayList<>();
    for (int i = 0; i < group.length; i++) {
      boolean isNear = (near[i] >> head & 1) == 1;
      if (isNear) {
        hidden.add(i);
      }
      if (group[i] != head) {
        left.merge(examples.get(i).label(), isNear ? -1 : 1, Integer::sum);
      }
    }
    hidden.removeIf(i -> left.getOrDefault(examples.get(i).label(), 0) <= 0);
    return hidden;
  }
}
