package dev.imprint.tensorflow.picture;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What of a picture a network takes.
 *
 * @param antialias as {@code tf.image.resize}'s argument of that name
 */
public record PictureInput(InputSize size, Crop crop, boolean antialias) {
  /** Which part of the picture is resized. */
  public enum Crop {
    /** All of it, whatever its shape. */
    @JsonProperty("whole")
    WHOLE,
    /** The largest centred part of the input's shape, as Keras' {@code smart_resize} takes it. */
    @JsonProperty("center")
    CENTER
  }
}
