package dev.imprint.model.head;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The function that a dense layer applies to each of its sums; named as in Keras. */
public enum Activation {
  LINEAR {
    @Override
    float of(float x) {
      return x;
    }
  },
  RELU {
    @Override
    float of(float x) {
      return Math.max(0, x);
    }
  },
  /** x · sigmoid(x), also called swish. */
  SILU {
    @Override
    float of(float x) {
      return (float) (x / (1 + Math.exp(-x)));
    }
  },
  TANH {
    @Override
    float of(float x) {
      return (float) Math.tanh(x);
    }
  };

  abstract float of(float x);

  /** Its name in files and in Keras, such as {@code relu}. */
  public String keras() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The reverse of {@link #keras}.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Activation ofKeras(String name) {
    return Arrays.stream(values())
        .filter(activation -> activation.keras().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the activation '%s' is none of %s: a newer release may have written it"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Activation::keras)
                                .collect(Collectors.joining(", ")))));
  }
}
