package dev.imprint.training;

import dev.imprint.model.Head;
import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.tensorflow.HeadTrainer;
import dev.imprint.tensorflow.LabelledEmbeddings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From labelled pictures to a judged head: splits, trains, and puts the head before the gate. Holds
 * nothing between calls; safe for use by several threads at once.
 */
public final class Trainer {
  /** A matrix of a thousand labels has a million numbers, too many for a version's record. */
  static final int MOST_LABELS_IN_CONFUSION = 100;

  private final HeadTrainer heads;
  private final String precision;
  private final LongSupplier nanoTime;

  /**
   * @param precision of the backbone that makes the embeddings, for the record
   * @param nanoTime such as {@link System#nanoTime}
   */
  public Trainer(HeadTrainer heads, String precision, LongSupplier nanoTime) {
    this.heads = heads;
    this.precision = precision;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains and judges; blocks for seconds to minutes. The same examples, in any order, give the
   * same head on the same machine's CPU.
   *
   * @param examples one an image id, embedded by the backbone
   * @param champion the head that serves; null if none does, or it is of another backbone
   * @param backboneId that made the embeddings
   * @param progress called on this thread
   * @return also when the gate refused: see its judgement. Metrics of over {@value
   *     #MOST_LABELS_IN_CONFUSION} labels come without a confusion matrix
   * @throws TooFewLabelsException if there is not enough to learn from yet
   * @throws InterruptedException if this thread was interrupted
   */
  public Candidate train(
      List<Example> examples,
      @Nullable Head champion,
      String backboneId,
      TrainingConfig config,
      HeadTrainer.Progress progress)
      throws TooFewLabelsException, InterruptedException {
    if (champion != null && !champion.backboneId().equals(backboneId)) {
      throw new IllegalArgumentException("the champion is of another backbone");
    }
    long start = nanoTime.getAsLong();
    Selection selection = Selection.of(examples, config.gate());
    HeadTrainer.Trained trained =
        heads.train(
            backboneId,
            labelled(selection.training()),
            labelled(selection.validation()),
            config.head(),
            progress);
    Judgement judgement =
        new Gate(config.gate())
            .judge(trained.head(), champion, selection.holdout(), selection.leftOut());
    Training training =
        new Training(
            config.seed(),
            trained.device(),
            (nanoTime.getAsLong() - start) / 1e9,
            Map.of(
                "training", selection.training().size(),
                "validation", selection.validation().size(),
                "holdout", selection.holdout().size()),
            configuration(config, trained.epochs()));
    return new Candidate(trained.head(), training, compact(judgement), selection.all());
  }

  private Map<String, String> configuration(TrainingConfig config, int epochs) {
    Map<String, String> configuration = new HashMap<>(config.asMap(epochs));
    configuration.put("precision", precision);
    return configuration;
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
