package dev.imprint.training;

import dev.imprint.buffer.Example;
import dev.imprint.model.ModelVersion.Lineage;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.Release;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a version was trained, as its record says.
 *
 * @param config before a search
 * @param precision of the backbone that computes the embeddings
 */
record TrainingRecord(TrainingConfig config, String precision) {
  /** The layers that a version has learned from. */
  static final String LAYERS = "layers_learned";

  /**
   * @param settings that a search chose, or else the configured ones
   */
  Map<String, String> configuration(
      TrainingConfig chosen, int epochs, EmbeddingLayers learnedFrom) {
    Map<String, String> configuration = configuration(chosen, epochs);
    List<String> names = learnedFrom.all().stream().map(EmbeddingLayers.Layer::name).toList();
    configuration.put(LAYERS, String.join(", ", names));
    return configuration;
  }

  private Map<String, String> configuration(TrainingConfig chosen, int epochs) {
    Map<String, String> configuration = new HashMap<>(RecordedSettings.of(chosen, epochs).byKey());
    configuration.put("precision", precision);
    return configuration;
  }

  /** Whether a recorded training had the same settings. */
  boolean isLike(Training before) {
    Map<String, String> then =
        new HashMap<>(
            RecordedSettings.of(before.configuration()).configured(before.trials()).byKey());
    then.keySet().removeIf(key -> key.startsWith("labels.")); // a rename trains nothing
    then.remove(LAYERS); // a result, no setting
    String epochs = then.getOrDefault(RecordedSettings.EPOCHS_TRAINED, "0"); // likewise
    return before.seed() == config.seed()
        && then.equals(configuration(config, Integer.parseInt(epochs)));
  }

  /**
   * @param examples in the manifest's order
   */
  static Lineage lineage(List<Example> examples, Material material, TensorFlowConfig tensorflow) {
    List<Instant> labelled = examples.stream().map(Example::labelledAt).sorted().toList();
    return new Lineage(
        Release.VERSION,
        Release.COMMIT,
        TensorFlowRuntime.processor(),
        TensorFlowRuntime.threads(tensorflow),
        material.digest(examples),
        labelled.get(0),
        labelled.get(labelled.size() - 1));
  }
}
