package dev.imprint.rollout;

import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A version's content after a change of labels: the same weights, folds and examples under other
 * names. Its record says so among its settings, so that it is not taken for one that was trained.
 */
public record RelabelledVersion(
    DenseHead head,
    List<DenseHead> folds,
    byte[] manifest,
    Training training,
    Judgement judgement) {
  /** The change of labels, in words. */
  public static final String CHANGED = "labels.changed";

  /** When the training of these weights began. */
  private static final String TRAINED_AT = "labels.trained_at";

  /** Whether its labels are to be learned again; written by earlier builds. */
  private static final String TO_BE_TRAINED = "labels.to_be_trained";

  /** The versions with these weights before. */
  private static final String FORMER = "labels.former_versions";

  /** A version's record has a limit, and the live accuracy needs the last answers alone. */
  private static final int MOST_FORMER = 50;

  /**
   * @throws IOException if the serving version's head or manifest cannot be read
   */
  static RelabelledVersion of(
      ModelVersion serving, Relabelling relabelling, ArtifactReader artifacts) throws IOException {
    LabelChanges after = relabelling.after();
    HeadFile file = artifacts.head(serving).under(after);
    Training before = serving.training();
    Map<String, String> configuration = new HashMap<>(before.configuration());
    configuration.put(CHANGED, relabelling.change().toString());
    configuration.put(TRAINED_AT, String.valueOf(trainedAt(serving)));
    configuration.put(FORMER, former(serving));
    Judgement was = serving.judgement();
    Metrics champion = was.champion();
    return new RelabelledVersion(
        file.head(),
        file.folds(),
        Manifest.under(after, artifacts.read(serving.manifest())),
        new Training(
            before.seed(),
            before.device(),
            before.seconds(),
            before.examples(),
            configuration,
            before.lineage(),
            before.startedBy(),
            unlearned(before, relabelling.change()),
            before.trials()),
        new Judgement(
            true,
            "%s: the weights and figures are those of %s"
                .formatted(relabelling.change(), serving.version()),
            named(was.challenger(), after),
            champion == null ? null : named(champion, after),
            was.calibration()));
  }

  /** Once a retired label is restored, it is known again, but these weights have lost it. */
  private static List<String> unlearned(Training before, LabelChange change) {
    return change.kind() == LabelChange.Kind.RETIRE
        ? Stream.concat(before.unlearned().stream(), change.labels().stream()).distinct().toList()
        : before.unlearned();
  }

  /** Figures of merged or retired labels stay what was measured, under the names of then. */
  private static Metrics named(Metrics metrics, LabelChanges after) {
    List<String> names = metrics.labels().stream().map(Metrics.PerLabel::label).toList();
    List<String> next = names.stream().map(after::of).toList();
    if (next.contains(null) || next.stream().distinct().count() < next.size()) {
      return metrics;
    }
    return new Metrics(
        metrics.examples(),
        metrics.accuracy(),
        metrics.macroPrecision(),
        metrics.macroRecall(),
        metrics.macroF1(),
        metrics.labels().stream()
            .map(
                l ->
                    new Metrics.PerLabel(
                        after.named(l.label()), l.precision(), l.recall(), l.f1(), l.support()))
            .toList(),
        metrics.confusion());
  }

  /** Whether a version was made of another one's weights. */
  public static boolean isRelabelled(ModelVersion version) {
    return version.training().configuration().containsKey(CHANGED);
  }

  /** Whether an earlier build noted that a version's labels are to be learned again. */
  static boolean isToBeTrained(@Nullable ModelVersion version) {
    return version != null
        && Boolean.parseBoolean(version.training().configuration().get(TO_BE_TRAINED));
  }

  /** Names of versions with the same weights, oldest first, the version itself last. */
  public static List<String> names(ModelVersion version) {
    String former = version.training().configuration().get(FORMER);
    List<String> names = new ArrayList<>();
    if (former != null) {
      names.addAll(List.of(former.split(",")));
    } else if (isRelabelled(version) && version.parent() != null) {
      names.add(version.parent()); // by an earlier build
    }
    names.add(version.version());
    return names;
  }

  private static String former(ModelVersion serving) {
    List<String> names = names(serving);
    return String.join(",", names.subList(Math.max(0, names.size() - MOST_FORMER), names.size()));
  }

  /** When the training of a version's weights began. */
  public static Instant trainedAt(ModelVersion version) {
    String recorded = version.training().configuration().get(TRAINED_AT);
    if (recorded != null) {
      try {
        return Instant.parse(recorded);
      } catch (DateTimeParseException e) {
        return version.createdAt(); // written by someone else
      }
    }
    Duration time = Duration.ofMillis(Math.round(version.training().seconds() * 1e3));
    return version.createdAt().minus(time);
  }
}
