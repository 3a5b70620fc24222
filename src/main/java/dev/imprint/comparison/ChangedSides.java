package dev.imprint.comparison;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.StoredExamples;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Manifest;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RefusedException;
import dev.imprint.training.evaluation.UnseenAnswers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The examples of two versions that one of them classifies right and the other wrong, each by a
 * head that has not learned from the example. The command's JSON form; its fields are fixed.
 *
 * @param compared examples that both have such an answer for
 * @param rightToWrong that only {@code a} gets right; likewise {@code wrongToRight}
 * @param missing examples whose pictures are no longer in the buffer
 */
public record ChangedSides(
    int compared, List<Changed> rightToWrong, List<Changed> wrongToRight, int missing) {

  /**
   * @param label its true one: that of {@code b}'s manifest, if it is in both
   * @param a the answer of the version {@code a}; likewise {@code b}
   */
  public record Changed(String imageId, String label, String a, String b) {}

  public ChangedSides {
    rightToWrong = List.copyOf(rightToWrong);
    wrongToRight = List.copyOf(wrongToRight);
  }

  /**
   * Blocks for as long as it takes to read the buffer and embed the examples.
   *
   * @throws RefusedException if all labels of one are retired
   * @throws IOException if artifacts or pictures cannot be read
   */
  public static ChangedSides of(ModelVersion a, ModelVersion b, PastTraining past)
      throws RefusedException, IOException, InterruptedException {
    LabelChanges changes = past.store().models().labelChanges();
    requireLabels(a, changes);
    requireLabels(b, changes);
    Map<String, StoredExamples.Past> examples = new TreeMap<>();
    past.store().examples(a).forEach(example -> examples.put(example.imageId(), example));
    past.store().examples(b).forEach(example -> examples.put(example.imageId(), example));
    past.progress().accept("reading the buffer");
    StoredExamples stored =
        StoredExamples.find(
            past.store().clients(),
            past.store().topics(),
            past.buffer(),
            List.copyOf(examples.values()));
    past.progress().accept("embedding %d pictures".formatted(examples.size()));
    List<Example> seenByA = embedded(a, stored, past);
    List<Example> seenByB =
        a.backboneId().equals(b.backboneId()) ? seenByA : embedded(b, stored, past);
    return compare(
        answers(a, under(changes, seenByA), past.store(), changes),
        answers(b, under(changes, seenByB), past.store(), changes),
        under(changes, seenByA),
        stored.missing().size());
  }

  static void requireLabels(ModelVersion version, LabelChanges changes) throws RefusedException {
    if (version.labels().stream().allMatch(label -> changes.of(label) == null)) {
      String label = changes.named(version.labels().get(0));
      throw new RefusedException(
          "all labels of %s are retired: restore one, as with imprint labels retire --undo '%s'"
              .formatted(version.version(), label));
    }
  }

  /** With their labels as they are called now, without retired ones. */
  private static List<Example> under(LabelChanges changes, List<Example> examples) {
    return examples.stream().flatMap(example -> example.under(changes).stream()).toList();
  }

  private static List<Example> embedded(
      ModelVersion version, StoredExamples stored, PastTraining past)
      throws IOException, InterruptedException {
    try (Backbone backbone = past.networks().of(version)) {
      return stored.embed(backbone, past::waiting);
    }
  }

  /** By image id; without those that every head of the version has learned from. */
  private static Map<String, String> answers(
      ModelVersion version, List<Example> examples, ModelStore store, LabelChanges changes)
      throws IOException {
    HeadFile file = store.head(version).under(changes);
    UnseenAnswers unseen =
        new UnseenAnswers(
            file.head(), file.folds(), Manifest.learned(store.manifest(version), changes));
    return unseen.of(examples).stream()
        .collect(Collectors.toMap(its -> its.example().imageId(), its -> its.answer().label()));
  }

  private static ChangedSides compare(
      Map<String, String> a, Map<String, String> b, List<Example> examples, int missing) {
    List<Changed> worse = new ArrayList<>();
    List<Changed> better = new ArrayList<>();
    int compared = 0;
    for (Example example : examples) {
      String id = example.imageId();
      if (!a.containsKey(id) || !b.containsKey(id)) {
        continue;
      }
      compared++;
      String before = Objects.requireNonNull(a.get(id));
      String after = Objects.requireNonNull(b.get(id));
      boolean was = before.equals(example.label());
      boolean is = after.equals(example.label());
      if (was != is) {
        (was ? worse : better).add(new Changed(id, example.label(), before, after));
      }
    }
    return new ChangedSides(compared, worse, better, missing);
  }
}
