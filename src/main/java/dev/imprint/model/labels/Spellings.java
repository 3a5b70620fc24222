package dev.imprint.model.labels;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Labels that are probably one word in several spellings: they differ only in case, spaces, hyphens
 * and underscores, or compatible Unicode forms (NFKC), such as full-width letters.
 */
public final class Spellings {
  private static final Pattern SEPARATORS = Pattern.compile("[\\p{IsWhite_Space}\\p{Pd}_]+");

  private Spellings() {}

  /**
   * The groups with more than one spelling.
   *
   * @return each in alphabetical order, in the order of their first
   */
  public static List<List<String>> among(Collection<String> labels) {
    Map<String, List<String>> groups = new TreeMap<>();
    for (String label : new TreeSet<>(labels)) {
      groups.computeIfAbsent(word(label), word -> new ArrayList<>()).add(label);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .sorted((one, other) -> one.get(0).compareTo(other.get(0)))
        .toList();
  }

  /** In words, such as {@code 'Nut' and 'nut' look like spellings of one label}. */
  public static String words(List<String> group) {
    return PlainText.named(group, " and ") + " look like spellings of one label";
  }

  private static String word(String label) {
    String compatible = Normalizer.normalize(label, Normalizer.Form.NFKC);
    // Twice, since some letters have several lower case forms (σ and ς).
    String folded = compatible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    String word = SEPARATORS.matcher(folded).replaceAll("");
    return word.isEmpty() ? label : word;
  }
}
