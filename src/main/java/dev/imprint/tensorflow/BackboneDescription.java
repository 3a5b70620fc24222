package dev.imprint.tensorflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A backbone as described by the YAML next to its Keras file: which pictures it takes and which
 * layers give its embedding.
 *
 * @param file location of the network
 * @param scale for {@link Preprocessing#CUSTOM}: pixel × scale + offset
 * @param antialias like {@code tf.image.resize}'s argument of that name
 * @param embeddingLayers Keras' names; feature maps are averaged over height and width, and the
 *     outputs are concatenated in this order; empty for the last pooled or flat one
 * @param labels of the network's outputs, in their order, if its classification head is to serve
 *     first; empty for a network without one, or whose head is not to be used
 */
public record BackboneDescription(
    URI file,
    Preprocessing preprocessing,
    @Nullable Float scale,
    @Nullable Float offset,
    InputSize inputSize,
    Resize resize,
    boolean antialias,
    PictureInput.Crop crop,
    List<String> embeddingLayers,
    Precision precision,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> labels) {

  /** How pixels are resized; one way so far, named so that a file keeps its meaning. */
  public enum Resize {
    @JsonProperty("bilinear")
    BILINEAR
  }

  private static final int MOST_BYTES = 1_100_000_000;
  private static final String SAVED_MODEL =
      """
      %s is %s. SavedModels are not read, because calling one can write files and run code. These two \
      lines of Python save the model as a file that can be read:
        model = keras.models.load_model("saved_model")  # with the Keras that wrote it
        model.save("model.keras")  # with Keras 2: model.h5""";
  private static final String BUNDLED = "/backbones/efficientnet-lite0.yaml";

  public BackboneDescription {
    Objects.requireNonNull(file, "file is missing: name the .keras file beside the YAML");
    Objects.requireNonNull(inputSize, "input_size is missing: give a number or [height, width]");
    preprocessing = Objects.requireNonNullElse(preprocessing, Preprocessing.NONE);
    resize = Objects.requireNonNullElse(resize, Resize.BILINEAR);
    crop = Objects.requireNonNullElse(crop, PictureInput.Crop.WHOLE);
    precision = Objects.requireNonNullElse(precision, Precision.FP32);
    embeddingLayers = List.copyOf(Objects.requireNonNullElse(embeddingLayers, List.of()));
    labels = BackboneLabels.checked(Objects.requireNonNullElse(labels, List.of()));
    if (preprocessing == Preprocessing.CUSTOM) {
      scale = Objects.requireNonNullElse(scale, 1f);
      offset = Objects.requireNonNullElse(offset, 0f);
      if (!Float.isFinite(scale) || !Float.isFinite(offset)) {
        throw new IllegalArgumentException("scale and offset must be finite numbers");
      }
    } else if (scale != null || offset != null) {
      throw new IllegalArgumentException(
          "scale and offset require preprocessing: custom; remove them or set it");
    }
  }

  /** The part and size of a picture that the network takes. */
  public PictureInput pictureInput() {
    return new PictureInput(inputSize, crop, antialias);
  }

  /**
   * Reads a description.
   *
   * @param yaml the description; its {@code file} is relative to it
   * @throws IllegalArgumentException naming the file, the key and what to do
   */
  public static BackboneDescription load(Path yaml) {
    if (!Files.isRegularFile(yaml)) {
      throw new IllegalArgumentException(
          "there is no backbone description %s; name a YAML file such as backbones/efficientnet-lite0.yaml"
              .formatted(yaml));
    }
    return BackboneYaml.read(yaml.toUri(), yaml.toString());
  }

  /** EfficientNet-Lite0 with ImageNet weights, which is part of the program. */
  public static BackboneDescription bundled() {
    URL yaml = BackboneDescription.class.getResource(BUNDLED);
    if (yaml == null) {
      throw new IllegalStateException(BUNDLED + " is not on the class path; rebuild the project");
    }
    return BackboneYaml.read(URI.create(yaml.toString()), BUNDLED);
  }

  /**
   * SHA-256 (hex) over the network's file and every field except the file's name and the labels, in
   * canonical form; with {@link Precision#AUTO}, the id is that of {@link Precision#FP32}.
   *
   * @throws IllegalArgumentException if the file cannot be read
   * @throws KerasImportException if the layers to use cannot be found in it
   */
  public String id() {
    byte[] network = network();
    try {
      return id(network);
    } catch (KerasImportException e) {
      throw new KerasImportException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@link #id}, then that of the same network with its last layer alone, if it has several: heads
   * of either can serve.
   */
  public List<String> ids() {
    byte[] network = network();
    try {
      return ids(network);
    } catch (KerasImportException e) {
      throw new KerasImportException(file + ": " + e.getMessage(), e);
    }
  }

  List<String> ids(byte[] network) {
    BackboneDescription named = withLayers(network);
    return named.embeddingLayers.size() == 1
        ? List.of(named.id(network))
        : List.of(named.id(network), named.lastLayerAlone().id(network));
  }

  /** A copy for the last of its layers alone; at least one must be named. */
  public BackboneDescription lastLayerAlone() {
    int last = embeddingLayers.size() - 1;
    return with(embeddingLayers.subList(last, last + 1), precision, List.of());
  }

  public String id(byte[] network) {
    BackboneDescription named = withLayers(network);
    String fields = BackboneYaml.canonical(named.with(named.precision.ofHeads()));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(MessageDigest.getInstance("SHA-256").digest(network));
      digest.update(fields.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has SHA-256
    }
  }

  /**
   * A copy that names the layers to use, so that naming them changes no id: without labels, the
   * default layer if none is named; with labels, the classification head's input in addition to
   * those named.
   *
   * @throws KerasImportException if the network's layers cannot be read
   */
  public BackboneDescription withLayers(byte[] network) {
    if (!embeddingLayers.isEmpty() && labels.isEmpty()) {
      return this;
    }
    try (KerasFile keras = KerasFile.open(network)) {
      KerasNetwork layers = new KerasNetwork(KerasModelParser.parse(keras.config()));
      return with(
          labels.isEmpty()
              ? List.of(EmbeddingLayer.of(layers))
              : KerasClassifier.of(layers).beside(embeddingLayers, layers),
          precision,
          labels);
    }
  }

  /** A copy that computes in the other precision. */
  public BackboneDescription with(Precision other) {
    return with(embeddingLayers, other, labels);
  }

  /** A copy for its embeddings only, in fp32; its layers must be named. */
  public BackboneDescription exactEmbeddings() {
    return embeddings(Precision.FP32);
  }

  BackboneDescription embeddings(Precision numbers) {
    return with(embeddingLayers, numbers, List.of());
  }

  /** Describes a file that resizes and preprocesses pictures itself, and has a classifier. */
  public BackboneDescription ofClassifier(Path exported, List<String> names) {
    return new BackboneDescription(
        exported.toUri(),
        Preprocessing.NONE,
        null,
        null,
        inputSize,
        resize,
        antialias,
        crop,
        List.of(),
        Precision.FP32,
        names);
  }

  private BackboneDescription with(List<String> layers, Precision numbers, List<String> names) {
    return new BackboneDescription(
        file,
        preprocessing,
        scale,
        offset,
        inputSize,
        resize,
        antialias,
        crop,
        layers,
        numbers,
        names);
  }

  /** The bytes of the network's file. */
  public byte[] network() {
    return network(file);
  }

  /** Java reads a directory as a list of its files. */
  static boolean isDirectory(URI file) {
    return file.getScheme().equals("file") && Files.isDirectory(Path.of(file));
  }

  static byte[] network(URI file) {
    boolean directory = isDirectory(file);
    if (directory || file.getPath() != null && file.getPath().endsWith(".pb")) {
      throw new IllegalArgumentException(
          SAVED_MODEL.formatted(file, directory ? "a directory" : "a .pb file"));
    }
    try (InputStream in = file.toURL().openStream()) {
      byte[] network = in.readNBytes(MOST_BYTES + 1);
      if (network.length > MOST_BYTES) {
        throw new KerasImportException(
            ("the backbone's file %s has more than %,d bytes; networks of that size are not"
                    + " supported")
                .formatted(file, MOST_BYTES));
      }
      return network;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the backbone's file %s cannot be read: correct 'file' in its YAML (%s)"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
