package dev.imprint.demo;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How answers compare with the truth.
 *
 * @param counts truth → answer → how often, both in the order of their names
 */
record Confusion(Map<String, Map<String, Integer>> counts) {
  Confusion {
    Map<String, Map<String, Integer>> copy = new TreeMap<>();
    counts.forEach(
        (truth, answers) -> copy.put(truth, Collections.unmodifiableMap(new TreeMap<>(answers))));
    counts = Collections.unmodifiableMap(copy);
  }

  int judged() {
    return counts.values().stream()
        .flatMap(answers -> answers.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  int right() {
    return counts.entrySet().stream()
        .mapToInt(truth -> truth.getValue().getOrDefault(truth.getKey(), 0))
        .sum();
  }

  /** Share of the judged that are right, in 0..1; NaN if none is judged. */
  double accuracy() {
    return judged() == 0 ? Double.NaN : right() / (double) judged();
  }
}
