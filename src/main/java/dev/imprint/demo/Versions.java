package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The versions on the {@code models} topic, and how each performs. Used by one thread. */
final class Versions {
  private static final Set<String> NO_NEWS =
      Set.of(Topics.BACKBONES_KEY, Topics.LABELS_KEY, Topics.PRECISION_KEY);

  private final Map<String, ModelVersion> published = new HashMap<>();
  private final Map<String, Share> answers = new LinkedHashMap<>(); // in the order of announcement
  private final Map<String, Double> confidences = new HashMap<>(); // their sum
  private @Nullable String serving;

  /**
   * One version.
   *
   * @param answers those whose truth is known
   * @param expected accuracy of these, by the confidences alone, in 0..1; NaN without answers
   * @param why the gate's reason; empty for an unpublished version
   */
  record Standing(String version, Share answers, double expected, String why) {}

  /**
   * Processes a record of the topic.
   *
   * @param value null removes a version
   * @throws IOException if this program does not know the record
   */
  Optional<News> read(byte[] key, byte @Nullable [] value) throws IOException {
    String name = new String(key, UTF_8);
    if (value == null || NO_NEWS.contains(name)) {
      return Optional.empty();
    }
    if (name.equals(Topics.ROLLOUT_KEY)) {
      return rolledOut(Json.decode(value, Rollout.class));
    }
    ModelVersion version = Json.decode(value, ModelVersion.class);
    published.put(name, version);
    answers.putIfAbsent(name, Share.NONE);
    return version.judgement().promoted()
        ? Optional.empty() // its rollout follows
        : Optional.of(new News.RefusedVersion(name, version.judgement().reason()));
  }

  private Optional<News> rolledOut(Rollout rollout) {
    String version = rollout.serving();
    if (version.equals(serving)) {
      return Optional.empty();
    }
    serving = version;
    return Optional.of(new News.Serves(version, reason(rollout)));
  }

  /** The gate's reason, unless the version has answered before: then somebody brought it back. */
  private String reason(Rollout rollout) {
    ModelVersion known = published.get(rollout.serving());
    boolean first = answers.getOrDefault(rollout.serving(), Share.NONE).all() == 0;
    return first && known != null && known.judgement().promoted()
        ? known.judgement().reason()
        : rollout.why();
  }

  /**
   * @param confidence in the label; 0 if there is none
   */
  void answered(String version, boolean right, double confidence) {
    confidences.merge(version, confidence, Double::sum);
    answers.merge(version, Share.NONE.plus(right), (old, one) -> old.plus(right));
  }

  /** Empty if the version is unknown. */
  List<String> labels(String version) {
    ModelVersion known = published.get(version);
    return known == null ? List.of() : known.labels();
  }

  List<Standing> rows() {
    return answers.entrySet().stream()
        .map(entry -> standing(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Standing standing(String version, Share itsAnswers) {
    ModelVersion known = published.get(version);
    return new Standing(
        version,
        itsAnswers,
        confidences.getOrDefault(version, Double.NaN) / itsAnswers.all(),
        known == null ? "" : known.judgement().reason());
  }
}
