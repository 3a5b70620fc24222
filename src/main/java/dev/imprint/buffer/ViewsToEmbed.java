package dev.imprint.buffer;

import dev.imprint.augmentation.Recipe;
import java.util.List;

/**
 * The views that a training shows.
 *
 * @param each how many of each example
 * @param examples those learned from; never one that is held out
 */
public record ViewsToEmbed(Recipe recipe, int each, List<Example> examples) {
  public ViewsToEmbed {
    examples = each == 0 ? List.of() : List.copyOf(examples);
  }

  public int total() {
    return each * examples.size();
  }
}
