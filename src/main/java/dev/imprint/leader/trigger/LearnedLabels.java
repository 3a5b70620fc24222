package dev.imprint.leader.trigger;

import dev.imprint.buffer.Example;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RelabelledVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels that the last training learned from, so that a new leader knows which labels are new.
 *
 * @param labels by image id, as listed in its manifest
 * @param began when its training began; null if there was none, or it is unknown
 */
public record LearnedLabels(Map<String, String> labels, @Nullable Instant began) {
  private static final Logger LOG = LoggerFactory.getLogger(LearnedLabels.class);
  private static final LearnedLabels NOTHING = new LearnedLabels(Map.of(), null);

  /**
   * Empty if its manifest cannot be read: then all labels are new, and the next version repairs it.
   *
   * @param newest the version trained last; null if there is none
   */
  public static LearnedLabels of(ModelStore store, @Nullable ModelVersion newest) {
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

  /** Labels as they are called now, without retired ones. */
  static Map<String, String> named(Map<String, String> labels, LabelChanges changes) {
    Map<String, String> named = new HashMap<>();
    labels.forEach(
        (key, label) -> {
          String now = changes.of(label);
          if (now != null) {
            named.put(key, now);
          }
        });
    return named;
  }

  /**
   * A manifest omits examples of labels with too few of them; those already there when training
   * began are not new either.
   *
   * @param examples of the buffer
   */
  Map<String, String> withUnlisted(List<Example> examples) {
    return with(
        examples.stream().map(each -> new Given(each.imageId(), each.label(), each.labelledAt())));
  }

  /** The same without their pictures. */
  Map<String, String> withUnlisted(LabelledSet set) {
    return with(
        set.labels().stream()
            .map(each -> new Given(each.imageId(), each.label(), each.labelledAt())));
  }

  private record Given(String imageId, String label, Instant at) {}

  private Map<String, String> with(Stream<Given> given) {
    if (began == null) {
      return labels;
    }
    Map<String, String> all = new HashMap<>(labels);
    given
        .filter(each -> !each.at().isAfter(began))
        .forEach(each -> all.putIfAbsent(each.imageId(), each.label()));
    return all;
  }
}
