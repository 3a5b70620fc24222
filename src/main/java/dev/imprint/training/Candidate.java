package dev.imprint.training;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.evaluation.Mistake;
import dev.imprint.training.evaluation.UnseenAnswers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained head, with its network if that was trained too, ready to be published.
 *
 * @param folds heads that have learned from all but one fold of the examples, by fold; empty if it
 *     was judged on a holdout
 * @param examples that it learned from and was judged on, for its manifest
 * @param unlabelled pictures that it learned from, too
 * @param mistakes some of the wrong answers that it was judged by, the most confident first
 * @param network null if only the head was trained
 */
public record Candidate(
    DenseHead head,
    List<DenseHead> folds,
    ModelVersion.Training training,
    ModelVersion.Judgement judgement,
    List<Example> examples,
    List<UnlabelledPicture> unlabelled,
    List<Mistake> mistakes,
    @Nullable TunedNetwork network) {

  /**
   * A network of which some layers have been trained further.
   *
   * @param trunkId the {@link dev.imprint.model.backbone.Backbone#id()} of the untouched one
   * @param weights of these layers, for {@link dev.imprint.model.backbone.Backbone#tuned}; not
   *     copied
   * @param layersLearned how many these are
   * @param firstLayer of these, from the network's input
   */
  @SuppressWarnings("ArrayRecordComponent") // tens of megabytes, written once
  public record TunedNetwork(
      String trunkId, byte[] weights, int layersLearned, String firstLayer) {}

  public Candidate {
    folds = List.copyOf(folds);
    examples = List.copyOf(examples);
    unlabelled = List.copyOf(unlabelled);
    mistakes = List.copyOf(mistakes);
  }

  /** Only a head was trained. */
  public Candidate(
      DenseHead head,
      List<DenseHead> folds,
      ModelVersion.Training training,
      ModelVersion.Judgement judgement,
      List<Example> examples,
      List<UnlabelledPicture> unlabelled,
      List<Mistake> mistakes) {
    this(head, folds, training, judgement, examples, unlabelled, mistakes, null);
  }

  public Candidate startedBy(ModelVersion.TrainingStart start) {
    return new Candidate(
        head, folds, training.startedBy(start), judgement, examples, unlabelled, mistakes, network);
  }

  /** Answers of its heads to examples that they have not learned from. */
  public UnseenAnswers unseenAnswers() {
    return new UnseenAnswers(head, folds, Learned.byDigest(examples));
  }

  /** The backbone that must be open for it to serve. */
  public String trunkId() {
    return network == null ? head.backboneId() : network.trunkId();
  }
}
