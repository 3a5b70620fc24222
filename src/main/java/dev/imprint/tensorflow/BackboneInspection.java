package dev.imprint.tensorflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a Keras file, and how much of it can serve.
 *
 * @param model its name in the file
 * @param inputSize the network's own, or the requested one if it takes any
 * @param layers in the order in which they are computed; those of inner models are prefixed with
 *     the models' names
 * @param parameters how many numbers serving reads, of all layers that can be built
 * @param preprocessing a guess
 * @param preprocessingReason for the guess
 * @param embeddingLayer where the network would be cut; null if it cannot serve
 * @param embeddingSize how many numbers an embedding would have
 * @param features layers that {@code embedding_layers} could name instead, the embedding layer last
 * @param blocks that can be fine-tuned, from the last one; empty if it cannot serve
 * @param refused layers that cannot be built, and why
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
    List<EmbeddingLayers.Layer> features,
    List<Block> blocks,
    List<String> refused) {

  /**
   * A place where fine-tuning may begin.
   *
   * @param lastBlocks how many blocks learn then
   * @param from the first layer that learns
   * @param parameters of all layers that learn then, batch norms aside
   */
  public record Block(int lastBlocks, String from, long parameters) {}

  /**
   * One layer.
   *
   * @param output shape of its output for one picture; null if it cannot be built, or a layer
   *     before it cannot
   */
  public record Layer(
      String layer,
      @JsonProperty("class") String className,
      @Nullable List<Long> output,
      long parameters) {}

  /** Which layers a network is described with. */
  public enum Features {
    /** The usual embedding layer. */
    LAST,
    /** All of {@link BackboneInspection#features}. */
    LAYERS
  }

  public BackboneInspection {
    layers = List.copyOf(layers);
    features = List.copyOf(features);
    blocks = List.copyOf(blocks);
    refused = List.copyOf(refused);
  }

  /**
   * Builds the network as far as possible, and runs nothing.
   *
   * @param file {@code .keras} or {@code .h5}
   * @param side of the pictures, if the network takes any size
   * @throws KerasImportException if it is not a Keras file, or corrupt
   * @throws IllegalArgumentException if it does not exist
   */
  public static BackboneInspection of(URI file, int side) {
    try (KerasFile keras = KerasFile.open(BackboneDescription.network(file))) {
      return new NetworkSurvey(keras, side).inspect();
    }
  }

  /**
   * The YAML that describes the network, with the guesses filled in.
   *
   * @param file that was inspected; the YAML must be placed next to it
   * @param embeddingLayers that it names
   * @throws IllegalStateException if the network cannot serve
   */
  public String describe(URI file, Features embeddingLayers) {
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
            embeddingLayers == Features.LAST
                ? List.of(embeddingLayer)
                : features.stream().map(EmbeddingLayers.Layer::name).toList(),
            Precision.FP32,
            List.of());
    // Names come from the file: a line break in one must not start a new key.
    String reason = preprocessingReason.replaceAll("\\p{Cntrl}|\\R", " ");
    return "# preprocessing: %s%n%s".formatted(reason, BackboneYaml.write(description));
  }
}
