package dev.imprint.tensorflow.picture;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The part and size of a picture that a network takes.
 *
 * @param antialias like {@code tf.image.resize}'s argument of that name
 */
public record PictureInput(InputSize size, Crop crop, boolean antialias) {
  /** The part of the picture that is resized. */
  public enum Crop {
    /** All of it, whatever its shape. */
    @JsonProperty("whole")
    WHOLE,
    /** The largest centred part with the input's shape, as in Keras' {@code smart_resize}. */
    @JsonProperty("center")
    CENTER
  }
}
