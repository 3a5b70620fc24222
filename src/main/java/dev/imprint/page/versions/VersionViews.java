package dev.imprint.page.versions;

import dev.imprint.comparison.VersionDiff;
import dev.imprint.model.ModelVersion;
import dev.imprint.page.versions.VersionSummary.Qualities;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Versions as the page shows them. Thread-safe. */
final class VersionViews {
  private final Supplier<Models> known;
  private final ModelStore store;

  /** With hundreds of labels, the intervals of one take a tenth of a second. */
  private final Map<String, Qualities> qualities = new ConcurrentHashMap<>();

  /**
   * @param known what the instance's follower has read
   * @param store for the examples that a version learned from
   */
  VersionViews(Supplier<Models> known, ModelStore store) {
    this.known = known;
    this.store = store;
  }

  /**
   * The newest first.
   *
   * @param before only versions older than this one; null for all
   * @throws ProblemException if there is no version {@code before}
   */
  VersionList list(@Nullable String before, int most) throws ProblemException {
    Models models = known.get();
    List<ModelVersion> all = models.versions();
    int end = before == null ? all.size() : all.indexOf(find(models, before));
    int begin = Math.max(0, end - most);
    qualities.keySet().retainAll(models.names());
    List<VersionSummary> page = new ArrayList<>();
    for (int i = end - 1; i >= begin; i--) {
      page.add(summary(all.get(i), models));
    }
    String next = begin == 0 ? null : all.get(begin).version();
    return new VersionList(page, all.size(), next, models.rollout(), models.unreadable());
  }

  VersionDetail detail(String name) throws ProblemException {
    Models models = known.get();
    ModelVersion version = find(models, name);
    return VersionDetail.of(version, summary(version, models), models);
  }

  private VersionSummary summary(ModelVersion version, Models models) {
    Qualities its = qualities.computeIfAbsent(version.version(), name -> Qualities.of(version));
    return VersionSummary.of(version, its, models);
  }

  /**
   * Reads both versions' examples from Kafka.
   *
   * @param against null for the version that served when it was trained, or else the one before it
   * @throws ProblemException if there is no such version, or Kafka does not answer
   */
  VersionChanges changes(String name, @Nullable String against) throws ProblemException {
    Models models = known.get();
    ModelVersion version = find(models, name);
    ModelVersion other =
        against == null ? VersionDetail.before(version, models) : find(models, against);
    if (other == null) {
      throw ProblemException.notFound("there is no version before " + name);
    }
    try {
      return VersionChanges.of(VersionDiff.of(other, version, store));
    } catch (IOException e) {
      throw ProblemException.unavailable("the examples cannot be compared: " + e.getMessage());
    } catch (KafkaException e) {
      throw ProblemException.withoutKafka(e);
    }
  }

  /**
   * @throws ProblemException if there is none of this name
   */
  static ModelVersion find(Models models, String name) throws ProblemException {
    ModelVersion found = models.version(name);
    if (found == null) {
      List<String> names = models.names();
      throw ProblemException.notFound(
          names.isEmpty()
              ? "there is no version yet: train one"
              : "there is no version %s; the newest is %s"
                  .formatted(name, Objects.requireNonNull(models.newest()).version()));
    }
    return found;
  }
}
