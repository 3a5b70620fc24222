package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.tensorflow.keras.KerasImportException;
import java.util.ArrayList;
import java.util.List;

/** A layer's option with several numbers; Keras writes a list of one as a plain number. */
record OptionList(LayerOptions options, String key) {
  private List<JsonNode> elements() {
    List<JsonNode> elements = new ArrayList<>();
    flatten(options.get(key), elements);
    return elements;
  }

  private static void flatten(JsonNode value, List<JsonNode> elements) {
    if (value.isArray()) {
      value.forEach(element -> flatten(element, elements));
    } else {
      elements.add(value);
    }
  }

  /** In the order written, however nested. */
  float[] numbers() {
    List<JsonNode> elements = elements();
    float[] numbers = new float[elements.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!elements.get(i).isNumber()) {
        throw refusal("a number or a list of numbers is expected");
      }
      numbers[i] = elements.get(i).floatValue();
    }
    return numbers;
  }

  /** Whole numbers in the order written, however nested. */
  int[] integers() {
    List<JsonNode> elements = elements();
    if (!elements.stream().allMatch(JsonNode::isInt)) {
      throw refusal("whole numbers are expected");
    }
    return elements.stream().mapToInt(JsonNode::intValue).toArray();
  }

  /** Height and width, each at least 1; a single number counts for both. */
  int[] pair() {
    JsonNode value = options.get(key);
    int[] pair = value.isInt() ? new int[] {value.intValue(), value.intValue()} : integers();
    if (pair.length != 2 || pair[0] < 1 || pair[1] < 1) {
      throw refusal("[height, width] is expected, each 1 or more");
    }
    return pair;
  }

  /** Axes, counted from the front. */
  int[] axes(int rank) {
    int[] axes = integers();
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] < -rank || axes[i] >= rank) {
        throw refusal("the input has %d axes".formatted(rank));
      }
      axes[i] = Math.floorMod(axes[i], rank);
    }
    return axes;
  }

  /** One axis, counted from the front. */
  int axis(int rank) {
    int[] axes = axes(rank);
    if (axes.length != 1) {
      throw refusal("one axis is expected");
    }
    return axes[0];
  }

  KerasImportException refusal(String advice) {
    return options.refusal(key, options.get(key), advice);
  }
}
