package dev.imprint.app.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Refuses unknown keys, and says what replaced them, or which key was probably meant.
 *
 * @param open a section that may hold any key
 * @param names all known keys
 * @param retired see {@link #RETIRED}
 */
record KnownKeys(YamlFile file, JsonPointer open, List<String> names, Map<String, String> retired) {
  /**
   * Settings of earlier releases, with what to do instead: {@code learning.workers → use
   * learning.threads}. A line is never removed, so that every upgrade explains itself.
   */
  private static final Map<String, String> RETIRED =
      Map.of(
          "training.balanced",
          "use training.class_weights: balanced for true, none for false",
          "training.gate.min_holdout",
          "remove it: labels are judged by cross-validation while there are few of them",
          "training.gate.macro_f1_tolerance",
          "remove it: a paired test tells a worse head from chance; see training.gate.when_unsure");

  /**
   * @param known a tree with every key
   * @param open a section that may hold any key
   * @throws ConfigException for the first unknown key
   */
  static void check(YamlFile file, ObjectNode known, JsonPointer open) {
    check(file, known, open, RETIRED);
  }

  static void check(
      YamlFile file, ObjectNode known, JsonPointer open, Map<String, String> retired) {
    List<String> names = new ArrayList<>();
    collect(known, JsonPointer.empty(), names);
    new KnownKeys(file, open, names, retired).check(file.tree(), known, JsonPointer.empty());
  }

  private void check(ObjectNode tree, JsonNode known, JsonPointer at) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      JsonPointer key = at.appendProperty(field.getKey());
      if (!known.has(field.getKey())) {
        throw new ConfigException("%s: %s".formatted(file.position(key), unknown(dotted(key))));
      }
      if (field.getValue() instanceof ObjectNode section && !key.equals(open)) {
        check(section, known.get(field.getKey()), key);
      }
    }
  }

  private String unknown(String name) {
    String instead = retired.get(name);
    return instead == null
        ? "unknown key %s; did you mean %s?".formatted(name, nearest(name, names))
        : "%s no longer exists: %s".formatted(name, instead);
  }

  static String dotted(JsonPointer key) {
    return key.toString().substring(1).replace('/', '.');
  }

  private static void collect(ObjectNode tree, JsonPointer at, List<String> names) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      JsonPointer key = at.appendProperty(field.getKey());
      names.add(dotted(key));
      if (field.getValue() instanceof ObjectNode section) {
        collect(section, key, names);
      }
    }
  }

  /**
   * Compares the last part first, so that a key in the wrong section is matched; then the whole
   * key.
   */
  private static String nearest(String name, List<String> names) {
    return names.stream()
        .min(
            Comparator.<String>comparingInt(known -> distance(last(name), last(known)))
                .thenComparingInt(known -> distance(name, known)))
        .orElseThrow();
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Levenshtein's edit distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
