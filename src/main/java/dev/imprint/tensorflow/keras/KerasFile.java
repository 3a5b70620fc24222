package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.model.TunedTop;
import dev.imprint.tensorflow.layer.Activations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a Keras file, {@code .keras} or {@code .h5}. Read in memory; nothing in it is
 * executed. Not thread-safe; the creator must close it.
 *
 * @param config the model's description, as Keras serializes it
 */
public record KerasFile(JsonNode config, KerasWeights weights) implements AutoCloseable {
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int DEEPEST = 200;
  private static final int MOST_TOKENS = 2_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(DEEPEST)
                      .maxStringLength(LONGEST_TEXT)
                      .maxDocumentLength(KerasArchive.MOST_CONFIG_BYTES)
                      .maxTokenCount(MOST_TOKENS)
                      .build())
              .build());

  /**
   * Opens a file according to its first bytes.
   *
   * @throws KerasImportException if it is neither, or corrupt, or contains only weights
   */
  public static KerasFile open(byte[] file) {
    if (startsWith(file, HDF5)) {
      return h5(file);
    }
    if (!startsWith(file, ZIP)) {
      throw new KerasImportException(
          "this is neither a .keras file (a zip archive) nor an .h5 file: save the model with Keras"
              + " as .keras");
    }
    KerasArchive archive = KerasArchive.read(file);
    JsonNode config = json(KerasArchive.CONFIG, archive.config());
    byte[] metadata = archive.metadata();
    JsonNode version =
        metadata == null
            ? JSON.missingNode()
            : json(KerasArchive.METADATA, metadata).path("keras_version");
    return new KerasFile(
        inKeras3sTerms(config, version.asText()), new ArchiveWeights(archive.weights()));
  }

  /**
   * The same with fine-tuned weights in place of its own.
   *
   * @param top null for none
   */
  public KerasFile with(@Nullable TunedTop top) {
    return top == null ? this : new KerasFile(config, new TunedWeights(weights, top));
  }

  private static KerasFile h5(byte[] bytes) {
    Hdf5 file = new Hdf5(bytes);
    try {
      List<String> config = file.texts(file.find(List.of()), "model_config");
      if (config.isEmpty()) {
        throw new KerasImportException(
            """
            this .h5 file has only the weights, not the network that they belong to. These three \
            lines of Python make a complete file, with the class and arguments of the original model:
              model = keras.applications.VGG16(weights=None, include_top=False, pooling="avg")
              model.load_weights("weights.h5")
              model.save("model.keras")""");
      }
      List<String> version = file.texts(file.find(List.of()), "keras_version");
      byte[] text = config.get(0).getBytes(StandardCharsets.UTF_8);
      return new KerasFile(
          inKeras3sTerms(json("model_config", text), String.join("", version)),
          new H5Weights(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** One activation of Keras 2 has the same name as a different formula in Keras 3. */
  private static JsonNode inKeras3sTerms(JsonNode config, String version) {
    if (version.startsWith("2.")) {
      for (JsonNode parent : config.findParents("activation")) {
        if (parent instanceof ObjectNode layer
            && layer.path("activation").asText().equals("hard_sigmoid")) {
          layer.put("activation", Activations.KERAS_2_HARD_SIGMOID);
        }
      }
    }
    return config;
  }

  private static JsonNode json(String name, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new KerasImportException(
          "%s is not JSON as Keras writes it: %s".formatted(name, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new KerasImportException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean startsWith(byte[] file, byte[] magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }

  @Override
  public void close() {
    weights.close();
  }
}
