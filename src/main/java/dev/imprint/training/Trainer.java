package dev.imprint.training;

import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.LabelledEmbeddings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From labelled pictures to a judged head: splits, trains, and has the gate judge the head.
 * Stateless; thread-safe.
 */
public final class Trainer {
  /** A matrix of a thousand labels has a million numbers, too many for a version's record. */
  static final int MOST_LABELS_IN_CONFUSION = 100;

  private final HeadTrainer heads;
  private final TrainingConfig config;
  private final String precision;
  private final LongSupplier nanoTime;

  /**
   * @param precision of the backbone that computes the embeddings, for the record
   * @param nanoTime such as {@link System#nanoTime}
   */
  public Trainer(
      HeadTrainer heads, TrainingConfig config, String precision, LongSupplier nanoTime) {
    this.heads = heads;
    this.config = config;
    this.precision = precision;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains and judges; blocks for seconds to minutes. The same examples, in any order, give the
   * same head on the same machine's CPU.
   *
   * @param examples one per image id, embedded by the backbone
   * @param champion null if none serves, or its backbone is not open
   * @param notes in words, for the verdict
   * @param backboneId of the backbone that computed the embeddings
   * @param progress called on this thread
   * @return also if the gate refused it: see its judgement. Metrics of more than {@value
   *     #MOST_LABELS_IN_CONFUSION} labels have no confusion matrix
   * @throws TooFewLabelsException if there are not enough examples yet
   * @throws IOException if the champion's view of the holdout is not available
   * @throws InterruptedException if this thread was interrupted
   */
  public Candidate train(
      List<Example> examples,
      @Nullable Champion champion,
      List<String> notes,
      String backboneId,
      HeadTrainer.EpochListener progress)
      throws TooFewLabelsException, IOException, InterruptedException {
    long start = nanoTime.getAsLong();
    Selection selection = Selection.of(examples, config.gate());
    List<Example> seen =
        champion == null ? selection.holdout() : champion.view().of(selection.holdout());
    List<Example> holdout = seenToo(selection.holdout(), seen);
    HeadTrainer.Trained trained =
        heads.train(
            backboneId,
            labelled(selection.training()),
            labelled(selection.validation()),
            config.head(),
            progress);
    List<String> allNotes = new ArrayList<>(notes);
    if (champion != null && !champion.head().backboneId().equals(backboneId)) {
      allNotes.add("its backbone is new");
    }
    allNotes.addAll(selection.leftOut());
    Judgement judgement =
        new Gate(config.gate()).judge(trained.head(), champion, holdout, seen, allNotes);
    Training training =
        new Training(
            config.seed(),
            trained.device(),
            (nanoTime.getAsLong() - start) / 1e9,
            Map.of(
                "training", selection.training().size(),
                "validation", selection.validation().size(),
                "holdout", holdout.size()),
            configuration(trained.epochs()));
    return new Candidate(trained.head(), training, compact(judgement), selection.all());
  }

  /**
   * The examples that a training would use, in the order of their ids.
   *
   * @throws TooFewLabelsException as {@link #train}
   */
  public List<Example> selected(List<Example> examples) throws TooFewLabelsException {
    return Selection.of(examples, config.gate()).all().stream()
        .sorted(Comparator.comparing(Example::imageId))
        .toList();
  }

  /** Whether a head was trained with the current settings. */
  public boolean trainsLike(Training before) {
    Map<String, String> then = new HashMap<>(before.configuration());
    String epochs = then.getOrDefault(TrainingConfig.EPOCHS_TRAINED, "0"); // a result, no setting
    return before.seed() == config.seed() && then.equals(configuration(Integer.parseInt(epochs)));
  }

  private Map<String, String> configuration(int epochs) {
    Map<String, String> configuration = new HashMap<>(config.asMap(epochs));
    configuration.put("precision", precision);
    return configuration;
  }

  /** Both are judged on the same pictures: those that the champion's backbone sees. */
  private static List<Example> seenToo(List<Example> holdout, List<Example> seen)
      throws IOException {
    if (seen.isEmpty()) {
      throw new IOException("none of the held-out pictures can be read back");
    }
    Set<String> ids = seen.stream().map(Example::imageId).collect(Collectors.toSet());
    return holdout.stream().filter(example -> ids.contains(example.imageId())).toList();
  }

  private static LabelledEmbeddings labelled(List<Example> examples) {
    return new LabelledEmbeddings(
        examples.stream().map(Example::embedding).toList(),
        examples.stream().map(Example::label).toList());
  }

  private static Judgement compact(Judgement judgement) {
    Metrics champion = judgement.champion();
    return new Judgement(
        judgement.promoted(),
        judgement.reason(),
        compact(judgement.challenger()),
        champion == null ? null : compact(champion));
  }

  private static Metrics compact(Metrics metrics) {
    if (metrics.labels().size() <= MOST_LABELS_IN_CONFUSION) {
      return metrics;
    }
    return new Metrics(
        metrics.examples(),
        metrics.accuracy(),
        metrics.macroPrecision(),
        metrics.macroRecall(),
        metrics.macroF1(),
        metrics.labels(),
        List.of());
  }
}
