package dev.imprint.page.classes;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;

import dev.imprint.buffer.Example;
import dev.imprint.labels.ConfidentLearning;
import dev.imprint.labels.Contradictions;
import dev.imprint.labels.Duplicates;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.evaluation.UnseenAnswer;
import dev.imprint.training.selection.NearDuplicates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a review of the labels finds, without embeddings.
 *
 * @param suspects contradictions first, then the most certain ones, as {@code labels suspicious}
 *     lists them, but each picture once; at most {@value #MOST}
 * @param duplicates pictures that are there more than once, those with several labels first; at
 *     most {@value #MOST}
 * @param mistakes the most confident wrong answers about pictures that were not learned from
 */
record Findings(
    List<Suspicion> suspects, List<Copies> duplicates, Map<Confused, List<Mistaken>> mistakes) {
  static final Findings NONE = new Findings(List.of(), List.of(), Map.of());

  /** More than anybody looks through before they change. */
  static final int MOST = 1_000;

  /** Comparing each with each, the time grows with the square of their number. */
  static final int MOST_COMPARED = 20_000;

  static final int MOST_PICTURES = 12;

  /**
   * A label that is probably wrong.
   *
   * @param suggested more likely ones, or those that others gave
   * @param confidence probability of the suggested label; null if people contradict each other
   * @param labelConfidence likewise of the label
   */
  record Suspicion(
      LabelledPicture picture,
      List<String> suggested,
      @Nullable Double confidence,
      @Nullable Double labelConfidence) {}

  /**
   * The same picture several times.
   *
   * @param labels that it has
   * @param sameBytes whether all of the files are the same
   * @param pictures one of each label first; at most {@value #MOST_PICTURES}
   * @param total of them
   */
  record Copies(List<String> labels, boolean sameBytes, List<LabelledPicture> pictures, int total) {
    boolean differ() {
      return labels.size() > 1;
    }
  }

  /** A label, and the one that it is taken for. */
  record Confused(String truth, String taken) {}

  record Mistaken(LabelledPicture picture, double confidence) {}

  /**
   * @param set under these changes
   * @param examples embedded; null if this instance has none
   * @param answers about some of them
   */
  static Findings of(
      LabelledSet set,
      LabelChanges changes,
      @Nullable List<Example> examples,
      List<UnseenAnswer> answers)
      throws InterruptedException {
    Map<String, Label> byId =
        set.labels().stream().collect(Collectors.toMap(Label::imageId, Function.identity()));
    List<List<Example>> groups =
        examples == null || examples.size() > MOST_COMPARED
            ? Duplicates.ofBytes(set.learnable(changes).examples())
            : Duplicates.among(examples, NearDuplicates.COSINE);
    return new Findings(
        suspects(set, answers, byId), duplicates(groups, byId), mistakes(answers, byId));
  }

  private static List<Suspicion> suspects(
      LabelledSet set, List<UnseenAnswer> answers, Map<String, Label> byId) {
    List<Suspicion> suspects = new ArrayList<>();
    for (Contradictions.Contradiction each : Contradictions.among(set.labels())) {
      List<String> all = each.labels().stream().map(Label::label).distinct().toList();
      for (Label label : each.labels()) {
        List<String> others = all.stream().filter(other -> !other.equals(label.label())).toList();
        suspects.add(new Suspicion(LabelledPicture.of(label), others, null, null));
      }
    }
    Set<LabelledPicture> contradicted =
        suspects.stream().map(Suspicion::picture).collect(Collectors.toSet());
    for (ConfidentLearning.Suspect each : ConfidentLearning.suspects(answers)) {
      LabelledPicture picture = picture(each.example(), byId);
      if (picture != null && !contradicted.contains(picture)) {
        suspects.add(
            new Suspicion(
                picture, List.of(each.suggested()), each.confidence(), each.labelConfidence()));
      }
    }
    return suspects.stream().limit(MOST).toList();
  }

  /** Null if the label has changed since. */
  private static @Nullable LabelledPicture picture(Example example, Map<String, Label> byId) {
    Label label = byId.get(example.imageId());
    boolean same =
        label != null
            && label.label().equals(example.label())
            && label.claim().sha256().equals(example.sha256());
    return same ? LabelledPicture.of(Objects.requireNonNull(label)) : null;
  }

  private static List<Copies> duplicates(List<List<Example>> groups, Map<String, Label> byId) {
    return groups.stream()
        .map(group -> copies(group, byId))
        .filter(copies -> copies.total() > 1)
        .sorted(comparing(Copies::differ).reversed())
        .limit(MOST)
        .toList();
  }

  private static Copies copies(List<Example> group, Map<String, Label> byId) {
    List<LabelledPicture> all =
        group.stream().map(each -> picture(each, byId)).filter(Objects::nonNull).toList();
    List<String> labels = all.stream().map(LabelledPicture::label).distinct().sorted().toList();
    long files = all.stream().map(each -> each.claim().sha256()).distinct().count();
    Map<String, LabelledPicture> firstOfEach =
        all.stream()
            .collect(
                Collectors.toMap(
                    LabelledPicture::label, each -> each, (one, other) -> one, TreeMap::new));
    List<LabelledPicture> shown =
        Stream.concat(firstOfEach.values().stream(), all.stream())
            .distinct()
            .limit(MOST_PICTURES)
            .toList();
    return new Copies(labels, files == 1, shown, all.size());
  }

  private static Map<Confused, List<Mistaken>> mistakes(
      List<UnseenAnswer> answers, Map<String, Label> byId) {
    Map<Confused, List<Mistaken>> mistakes = new HashMap<>();
    for (UnseenAnswer each : answers) {
      String taken = each.answer().label();
      LabelledPicture picture =
          taken.equals(each.example().label()) ? null : picture(each.example(), byId);
      if (picture != null) {
        mistakes
            .computeIfAbsent(new Confused(picture.label(), taken), key -> new ArrayList<>())
            .add(new Mistaken(picture, each.answer().confidence()));
      }
    }
    mistakes.replaceAll(
        (confused, its) ->
            its.stream()
                .sorted(comparingDouble(Mistaken::confidence).reversed())
                .limit(MOST_PICTURES)
                .toList());
    return mistakes;
  }
}
