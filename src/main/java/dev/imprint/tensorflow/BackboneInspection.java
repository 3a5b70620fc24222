package dev.imprint.tensorflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Keras file holds and what of it can serve.
 *
 * @param model the name that it has in the file
 * @param inputSize the network's own, or the one that was asked for where it takes any
 * @param layers in the order in which they are computed; those of inner models with these before
 *     their names
 * @param parameters how many numbers serving reads, of all layers that can be built
 * @param preprocessing a guess
 * @param preprocessingReason why that one
 * @param embeddingLayer where the network would be cut; null if it cannot serve
 * @param embeddingSize how many numbers an embedding would have
 * @param refused what cannot be built, and why
 */
public record BackboneInspection(
    String model,
    InputSize inputSize,
    List<Layer> layers,
    long parameters,
    Preprocessing preprocessing,
    String preprocessingReason,
    @Nullable String embeddingLayer,
    int embeddingSize,
    List<String> refused) {

  /**
   * One layer.
   *
   * @param output shape of what it makes of one picture; null if it cannot be built, or a layer
   *     before it cannot
   */
  public record Layer(
      String layer,
      @JsonProperty("class") String className,
      @Nullable List<Long> output,
      long parameters) {}

  public BackboneInspection {
    layers = List.copyOf(layers);
    refused = List.copyOf(refused);
  }

  /**
   * Builds the network as far as it can be built, and runs nothing.
   *
   * @param file {@code .keras} or {@code .h5}
   * @param side of the pictures, where the network takes any
   * @throws KerasImportException if it is not a Keras file, or broken
   * @throws IllegalArgumentException if it is not there
   */
  public static BackboneInspection of(URI file, int side) {
    try (KerasFile keras = KerasFile.open(BackboneDescription.network(file))) {
      return new NetworkSurvey(keras, side).inspect();
    }
  }

  /**
   * The YAML that describes the network with what was guessed.
   *
   * @param file that was inspected; the YAML is to lie beside it
   * @throws IllegalStateException if the network cannot serve
   */
  public String describe(URI file) {
    if (embeddingLayer == null) {
      throw new IllegalStateException("the network cannot serve, so there is nothing to describe");
    }
    BackboneDescription description =
        new BackboneDescription(
            file,
            preprocessing,
            null,
            null,
            inputSize,
            BackboneDescription.Resize.BILINEAR,
            false,
            PictureInput.Crop.WHOLE,
            List.of(embeddingLayer),
            Precision.FP32,
            List.of());
    // Names come from the file: one with a line's end must not become a key.
    String reason = preprocessingReason.replaceAll("\\p{Cntrl}|\\R", " ");
    return "# preprocessing: %s%n%s".formatted(reason, BackboneYaml.write(description));
  }
}
