package dev.imprint.training.evaluation;

import dev.imprint.buffer.Example;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The label and group under which a head has learned a picture.
 *
 * @param group that it had then, which decides its fold; null for none
 */
public record Learned(String label, @Nullable String group) {
  static Learned of(Example example) {
    return new Learned(example.label(), example.group());
  }

  /** Of a head that has learned from these; the first of several copies of a picture counts. */
  public static Map<String, Learned> byDigest(List<Example> examples) {
    return examples.stream()
        .collect(Collectors.toMap(Example::sha256, Learned::of, (one, other) -> one));
  }
}
