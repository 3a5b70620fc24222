package dev.imprint.labels;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.buffer.Example;
import dev.imprint.training.selection.NearDuplicates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Pictures that are there more than once: with the same bytes, or nearly the same embedding. */
public final class Duplicates {
  private Duplicates() {}

  /**
   * @param cosine as for {@link NearDuplicates}
   * @return groups of two or more, each linked by pairs, in the order of their first
   */
  public static List<List<Example>> among(List<Example> examples, double cosine)
      throws InterruptedException {
    int[] each = IntStream.range(0, examples.size()).toArray();
    int[] first = each.clone();
    Map<String, Integer> byDigest = new HashMap<>();
    for (int i : each) {
      link(first, byDigest.getOrDefault(examples.get(i).sha256(), i), i);
      byDigest.putIfAbsent(examples.get(i).sha256(), i);
    }
    new NearDuplicates(examples.stream().map(Example::embedding).toList(), cosine)
        .forEach((one, other) -> link(first, one, other));
    Map<Integer, List<Example>> groups = new TreeMap<>();
    for (int i : each) {
      groups.computeIfAbsent(root(first, i), k -> new ArrayList<>()).add(examples.get(i));
    }
    return groups.values().stream().filter(group -> group.size() > 1).toList();
  }

  /** Only those with the same bytes, in the order of their digests. */
  public static List<List<Example>> ofBytes(List<Example> examples) {
    return examples.stream()
        .collect(groupingBy(Example::sha256, TreeMap::new, toList()))
        .values()
        .stream()
        .filter(group -> group.size() > 1)
        .toList();
  }

  private static void link(int[] first, int one, int other) {
    int a = root(first, one);
    int b = root(first, other);
    first[Math.max(a, b)] = Math.min(a, b);
  }

  private static int root(int[] first, int of) {
    int root = of;
    while (first[root] != root) {
      root = first[root];
    }
    return root;
  }
}
