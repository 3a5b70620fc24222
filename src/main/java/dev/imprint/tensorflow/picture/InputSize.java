package dev.imprint.tensorflow.picture;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

/** Rows and columns of the network's input; in YAML a number (both) or {@code [h, w]}. */
public record InputSize(int height, int width) {
  private static final int LARGEST = 4096;

  public InputSize {
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
      throw new IllegalArgumentException(
          "input_size is [%d, %d]; each side must be from 1 to %d"
              .formatted(height, width, LARGEST));
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static InputSize of(JsonNode yaml) {
    if (yaml.isInt()) {
      return new InputSize(yaml.intValue(), yaml.intValue());
    }
    if (yaml.size() == 2 && yaml.path(0).isInt() && yaml.path(1).isInt()) {
      return new InputSize(yaml.get(0).intValue(), yaml.get(1).intValue());
    }
    throw new IllegalArgumentException(
        "input_size is %s; give a number or [height, width]".formatted(yaml));
  }

  @JsonValue
  int[] sides() {
    return new int[] {height, width};
  }
}
