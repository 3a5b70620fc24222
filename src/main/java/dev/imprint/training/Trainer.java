package dev.imprint.training;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.tensorflow.head.Folds;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.TrainingData;
import dev.imprint.training.gate.Challenger;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.gate.ChampionView;
import dev.imprint.training.gate.Contest;
import dev.imprint.training.gate.Gate;
import dev.imprint.training.selection.Apart;
import dev.imprint.training.selection.Judging;
import dev.imprint.training.selection.Selection;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From labelled pictures to a judged head: splits, trains, and has the gate judge the head.
 * Stateless; thread-safe.
 */
public final class Trainer {
  static final int MOST_MISTAKES = 24;

  private final HeadTrainer heads;
  private final TrainingConfig config;
  private final TrainingRecord record;
  private final LongSupplier nanoTime;

  /**
   * @param precision of the backbone that computes the embeddings, for the record
   * @param nanoTime such as {@link System#nanoTime}
   */
  public Trainer(
      HeadTrainer heads, TrainingConfig config, String precision, LongSupplier nanoTime) {
    this.heads = heads;
    this.config = config;
    this.record = new TrainingRecord(config, precision);
    this.nanoTime = nanoTime;
  }

  /** By key, for the record of a training; before a search. */
  public Map<String, String> settings() {
    return RecordedSettings.of(config).byKey();
  }

  /**
   * Trains and judges; blocks for seconds to minutes. The same material, in any order, gives the
   * same head on the same machine's CPU.
   *
   * @param material embedded by the backbone
   * @param champion null if none serves, or its backbone is not open
   * @param notes in words, for the verdict
   * @param backboneId of the backbone that computed the embeddings
   * @param progress called on this thread
   * @return also if the gate refused it: see its judgement
   * @throws TooFewLabelsException if there are not enough examples yet
   * @throws IOException if the champion's view of the holdout is not available
   * @throws InterruptedException if this thread was interrupted
   */
  public Candidate train(
      Material material,
      @Nullable Champion champion,
      List<String> notes,
      String backboneId,
      HeadTrainer.EpochListener progress)
      throws TooFewLabelsException, IOException, InterruptedException {
    long start = nanoTime.getAsLong();
    Selection selection = Selection.of(material.examples(), config.gate());
    Apart apart = new Apart(selection.learnedFirst());
    ChampionView view = view(champion, selection, apart, backboneId);
    List<UnlabelledPicture> unlabelled = unlabelled(material, selection);
    TrainingData all = data(selection, apart, material, unlabelled);
    SettingSearch.Choice choice = choice(selection, apart, all, progress);
    TrainingConfig chosen = choice.config();
    Material shown = chosen.augmentation().views() == 0 ? material.withoutViews() : material;
    TrainingData data = chosen.augmentation().views() == 0 ? all.withoutViews() : all;
    Taught taught = taught(backboneId, data, chosen.head(), selection, progress);
    Challenger challenger = taught.challenger();
    List<UnlabelledPicture> used = taught.byUnlabelled() ? unlabelled : List.of();
    Contest contest = contest(selection, challenger, view);
    List<String> allNotes = new ArrayList<>(notes);
    if (view.newBackbone()) {
      allNotes.add("its backbone is new");
    }
    Training training =
        new Training(
            config.seed(),
            challenger.trained().device(),
            (nanoTime.getAsLong() - start) / 1e9,
            counts(selection, contest, used, shown),
            record.configuration(chosen, challenger.trained().epochs(), data.learnedFrom()),
            TrainingRecord.lineage(selection.examples(), shown, heads.config()),
            null,
            selection.unlearned(),
            choice.trials());
    return new Candidate(
        challenger.trained().head(),
        challenger.trained().folds(),
        training,
        judgement(config, selection, challenger, contest, allNotes),
        selection.examples(),
        used,
        challenger.mistakes(MOST_MISTAKES));
  }

  private static ChampionView view(
      @Nullable Champion champion, Selection selection, Apart apart, String backboneId)
      throws IOException, InterruptedException {
    ChampionView view = ChampionView.of(champion, selection, apart, backboneId);
    if (view.seen().isEmpty() && !selection.judged().isEmpty()) {
      throw new IOException("none of the pictures to judge by can be read back");
    }
    return view;
  }

  /**
   * @param byUnlabelled whether it has learned from unlabelled pictures too
   */
  private record Taught(Challenger challenger, boolean byUnlabelled) {}

  /** With the unlabelled pictures, if there are any and the true labels are more likely then. */
  private Taught taught(
      String backboneId,
      TrainingData data,
      HeadTraining settings,
      Selection selection,
      HeadTrainer.EpochListener progress)
      throws InterruptedException {
    Challenger first =
        Challenger.of(heads.train(backboneId, data, settings, progress), selection).calibrated();
    if (data.unlabelled().isEmpty()) {
      return new Taught(first, false);
    }
    Challenger second =
        Challenger.of(heads.selfTrain(first.trained(), data, settings, progress), selection)
            .calibrated();
    boolean better = second.loss() < first.loss();
    return new Taught(better ? second : first, better);
  }

  private static Contest contest(Selection selection, Challenger challenger, ChampionView view)
      throws TooFewLabelsException {
    Contest contest = Contest.of(selection, challenger, view);
    if (contest.pairs().isEmpty()) {
      throw Selection.tooFew(
          "the pictures of each label are all in one fifth, so no head can be judged",
          selection.leftOut());
    }
    return contest;
  }

  private static Map<String, Integer> counts(
      Selection selection, Contest contest, List<UnlabelledPicture> used, Material shown) {
    return Map.of(
        "training", selection.training().size(),
        "validation", selection.validation().size(),
        "holdout", contest.pairs().size(),
        "unlabelled", used.size(),
        "views", shown.views().values().stream().mapToInt(List::size).sum());
  }

  /** Looks for better settings, without what judges if that is held out. */
  private SettingSearch.Choice choice(
      Selection selection, Apart apart, TrainingData data, HeadTrainer.EpochListener progress)
      throws InterruptedException {
    if (!config.search()) {
      return SettingSearch.Choice.of(config);
    }
    Folds folds = data.folds();
    if (selection.judging() == Judging.HOLDOUT) {
      Set<String> seen = apart.fromHoldout();
      List<Example> learned = new ArrayList<>(without(seen, selection.training()));
      learned.addAll(without(seen, selection.validation()));
      folds = new Apart(learned).folds();
    }
    return new SettingSearch(heads, data.withFolds(folds), config, nanoTime, progress).run();
  }

  /** Without folds, nothing could tell whether they help. */
  private static List<UnlabelledPicture> unlabelled(Material material, Selection selection) {
    return selection.judging() == Judging.FOLDS ? material.others() : List.of();
  }

  /** Without what would let a head learn the very pictures that it is judged by. */
  private static TrainingData data(
      Selection selection, Apart apart, Material material, List<UnlabelledPicture> unlabelled)
      throws InterruptedException {
    List<Embedding> pictures = unlabelled.stream().map(UnlabelledPicture::embedding).toList();
    List<Example> training = selection.training();
    List<Example> validation = selection.validation();
    if (selection.judging() == Judging.HOLDOUT) {
      Set<String> seen = apart.fromHoldout();
      return new TrainingData(
          material.labelled(without(seen, training)),
          material.labelled(without(seen, validation)),
          Folds.NONE,
          pictures);
    }
    return new TrainingData(
        material.labelled(training), material.labelled(validation), apart.folds(), pictures);
  }

  static List<Example> without(Set<String> ids, List<Example> examples) {
    return examples.stream().filter(example -> !ids.contains(example.imageId())).toList();
  }

  /**
   * The examples that a training would use, in the order of their ids.
   *
   * @throws TooFewLabelsException as {@link #train}
   */
  public List<Example> selected(List<Example> examples) throws TooFewLabelsException {
    return Selection.of(examples, config.gate()).examples();
  }

  /**
   * The views that a training on these examples shows.
   *
   * @throws TooFewLabelsException as {@link #train}
   */
  public ViewsToEmbed views(List<Example> examples) throws TooFewLabelsException {
    Selection selection = Selection.of(examples, config.gate());
    List<Example> learned =
        Stream.concat(selection.training().stream(), selection.validation().stream()).toList();
    int each = config.augmentation().viewsEach(learned.size());
    return new ViewsToEmbed(config.recipe(), each, learned);
  }

  /** Whether there are enough examples for a head, as far as can be told before training. */
  public boolean canTrain(List<Example> examples) {
    try {
      return !selected(examples).isEmpty();
    } catch (TooFewLabelsException e) {
      return false;
    }
  }

  /** Whether a head was trained with the current settings. */
  public boolean trainsLike(Training before) {
    return record.isLike(before);
  }

  /**
   * @param notes in words; completed by what the contest and the selection leave out
   */
  static Judgement judgement(
      TrainingConfig config,
      Selection selection,
      Challenger challenger,
      Contest contest,
      List<String> notes) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(contest.unjudged());
    all.addAll(selection.leftOut());
    Judgement verdict = new Gate(config.gate(), config.seed()).judge(contest, all);
    return new Judgement(
        verdict.promoted(),
        verdict.reason(),
        verdict.challenger(),
        verdict.champion(),
        challenger.calibration());
  }
}
