package dev.imprint.rollout;

import dev.imprint.model.ModelVersion;
import dev.imprint.training.Example;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels that the newest version learned from, so that a new leader knows which labels are new.
 *
 * @param labels by image id, as listed in its manifest
 * @param began when its training began; null if there was none, or it is unknown
 */
record LearnedLabels(Map<String, String> labels, @Nullable Instant began) {
  private static final Logger LOG = LoggerFactory.getLogger(LearnedLabels.class);
  private static final LearnedLabels NOTHING = new LearnedLabels(Map.of(), null);

  /**
   * Empty if its manifest cannot be read: then all labels are new, and the next version repairs it.
   */
  static LearnedLabels of(ModelStore store) {
    ModelVersion newest = store.models().newest();
    if (newest == null) {
      return NOTHING;
    }
    try {
      return new LearnedLabels(
          Manifest.labels(store.manifest(newest)), RelabelledVersion.trainedAt(newest));
    } catch (IOException e) {
      LOG.warn("Cannot read what {} learned from: {}", newest.version(), e.getMessage());
      return NOTHING;
    }
  }

  /**
   * A manifest omits examples of labels with too few of them; those already there when training
   * began are not new either.
   *
   * @param examples of the buffer
   */
  Map<String, String> withUnlisted(List<Example> examples) {
    if (began == null) {
      return labels;
    }
    Map<String, String> all = new HashMap<>(labels);
    examples.stream()
        .filter(example -> !example.labelledAt().isAfter(began))
        .forEach(example -> all.putIfAbsent(example.imageId(), example.label()));
    return all;
  }
}
