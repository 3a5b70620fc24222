package dev.imprint.training;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ExamplePictures;
import dev.imprint.event.TopFile;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.gate.Challenger;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.gate.ChampionView;
import dev.imprint.training.gate.Contest;
import dev.imprint.training.selection.Apart;
import dev.imprint.training.selection.Selection;
import dev.imprint.training.selection.Split;
import dev.imprint.training.selection.TooFewLabelsException;
import dev.imprint.tuning.TuningFailedException;
import dev.imprint.tuning.TuningOutcome;
import dev.imprint.tuning.TuningRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From labelled pictures to a fine-tuned network with its head, judged on the holdout, which
 * neither has learned from. Stateless; thread-safe.
 *
 * @param backboneFile YAML of the backbone; null for the bundled one
 * @param tensorflow for the process that tunes
 * @param folder for the files of a run, which deletes them
 * @param nanoTime such as {@link System#nanoTime}
 */
public record FineTuneTrainer(
    TrainingConfig config,
    @Nullable Path backboneFile,
    ImageLimits images,
    TensorFlowConfig tensorflow,
    Path folder,
    Tuner tuner,
    LongSupplier nanoTime) {
  private static final Logger LOG = LoggerFactory.getLogger(FineTuneTrainer.class);

  /** Such as {@link dev.imprint.tuning.TuningProcess#run}. */
  @FunctionalInterface
  public interface Tuner {
    /**
     * @param folder for its files
     */
    TuningOutcome run(TuningRequest request, Path folder, TuningProgress.Listener listener)
        throws TuningFailedException, InterruptedException;
  }

  /**
   * Removes what a run that was killed has left behind: copies of pictures, which may have been
   * forgotten since. To be called while no run is in progress.
   */
  public void clean() {
    try {
      Utils.delete(folder.toFile());
    } catch (IOException e) {
      LOG.warn("Cannot delete {}, with copies of pictures: delete it by hand", folder, e);
    }
  }

  /** Receives what a run reports, on its thread. */
  public interface Listener {
    /** The number of pictures still to be read or embedded. */
    void waiting(int pictures);

    void progress(TuningProgress progress);
  }

  /**
   * Trains and judges; blocks for minutes to hours.
   *
   * @param examples embedded by the pretrained network
   * @param champion null if none serves, or its backbone is not open
   * @param notes in words, for the verdict
   * @return also if the gate refused it: see its judgement
   * @throws TooFewLabelsException if there are not enough examples to learn from and to judge by
   * @throws IOException if pictures are not available, or the tuning failed; the message says why
   * @throws InterruptedException if this thread was interrupted
   */
  public Candidate train(
      List<Example> examples,
      ExamplePictures pictures,
      Backbone trunk,
      @Nullable Champion champion,
      List<String> notes,
      Listener listener)
      throws TooFewLabelsException, IOException, InterruptedException {
    long start = nanoTime.getAsLong();
    Selection selection = Selection.of(examples, config.gate().withFoldsBelow(0));
    Apart apart = new Apart(selection.learnedFirst());
    ChampionView view = ChampionView.of(champion, selection, apart, trunk.id());
    TuningOutcome outcome = tune(selection, apart, pictures, listener);
    byte[] weights = weights(outcome);
    Selection asTuned;
    try (Backbone tuned = trunk.tuned(weights)) {
      asTuned = judgedAs(pictures.seenBy(tuned, selection.judged(), listener::waiting), selection);
    }
    Challenger challenger =
        Challenger.of(
                new HeadTrainer.Trained(
                    outcome.head(),
                    List.of(),
                    outcome.report().epochs().size(),
                    outcome.report().device()),
                asTuned)
            .calibrated();
    Contest contest = Contest.of(asTuned, challenger, view.againstTuned());
    if (contest.pairs().isEmpty()) {
      throw new IOException("none of the pictures to judge by can be read back");
    }
    List<String> allNotes = new ArrayList<>(notes);
    allNotes.add(described(outcome));
    return new Candidate(
        challenger.trained().head(),
        List.of(),
        new Training(
            config.seed(),
            outcome.report().device(),
            (nanoTime.getAsLong() - start) / 1e9,
            Map.of(
                "training", selection.training().size(),
                "validation", selection.validation().size(),
                "holdout", contest.pairs().size()),
            configuration(outcome, trunk.precision()),
            TrainingRecord.lineage(selection.examples(), Material.of(examples), tensorflow),
            null,
            selection.unlearned(),
            List.of()),
        Trainer.judgement(config, selection, challenger, contest, allNotes),
        asTuned.examples(),
        List.of(),
        challenger.mistakes(Trainer.MOST_MISTAKES),
        network(trunk.id(), weights, outcome.top()));
  }

  private TuningOutcome tune(
      Selection selection, Apart apart, ExamplePictures pictures, Listener listener)
      throws IOException, InterruptedException {
    Set<String> nearHoldout = apart.fromHoldout();
    List<Example> learned =
        Stream.concat(selection.training().stream(), selection.validation().stream())
            .filter(example -> !nearHoldout.contains(example.imageId()))
            .toList();
    clean();
    Path files = Files.createDirectories(folder.resolve("pictures"));
    try {
      Map<String, Path> paths =
          pictures.files(learned, files, config.fineTune().limits().diskBytes(), listener::waiting);
      List<TuningExample> examples =
          learned.stream()
              .filter(example -> paths.containsKey(example.imageId()))
              .map(
                  example ->
                      new TuningExample(
                          Objects.requireNonNull(paths.get(example.imageId())).toAbsolutePath(),
                          example.sha256(),
                          example.label(),
                          Split.validates(example)))
              .toList();
      return tuner.run(request(examples), folder, listener::progress);
    } catch (TuningFailedException e) {
      throw new IOException("the fine-tuning failed: " + e.getMessage(), e);
    } finally {
      clean();
    }
  }

  private Augmentation views() {
    return config.augmentation().withViews(config.fineTune().views());
  }

  private TuningRequest request(List<TuningExample> examples) {
    FineTuneConfig its = config.fineTune();
    return new TuningRequest(
        backboneFile == null ? null : backboneFile.toAbsolutePath(),
        its.part(),
        its.settings(),
        config.head(),
        tensorflow,
        images,
        new Recipe(views(), config.seed()),
        examples);
  }

  private static Candidate.TunedNetwork network(String trunkId, byte[] weights, TunedTop top) {
    return new Candidate.TunedNetwork(trunkId, weights, top.layers().size(), top.layers().get(0));
  }

  private static byte[] weights(TuningOutcome outcome) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TopFile.write(outcome.top(), out);
    return out.toByteArray();
  }

  /** With what judges it as the tuned network sees it; without pictures that are gone. */
  private static Selection judgedAs(List<Example> tuned, Selection selection) {
    Map<String, Example> byId =
        tuned.stream().collect(Collectors.toMap(Example::imageId, Function.identity()));
    List<Example> examples =
        selection.examples().stream()
            .flatMap(
                example ->
                    Split.of(example) == Split.HOLDOUT
                        ? Stream.ofNullable(byId.get(example.imageId()))
                        : Stream.of(example))
            .toList();
    return new Selection(examples, selection.judging(), selection.leftOut(), selection.unlearned());
  }

  private static String described(TuningOutcome outcome) {
    List<String> layers = outcome.top().layers();
    return "fine-tuned: %d layers from %s on, %s"
        .formatted(layers.size(), layers.get(0), validation(outcome));
  }

  private static String validation(TuningOutcome outcome) {
    var before = outcome.report().before();
    var after = outcome.report().chosen();
    return before == null || after == null
        ? "without pictures for validation"
        : "validation accuracy %.3f -> %.3f".formatted(before.accuracy(), after.accuracy());
  }

  /** By key, for the record of a training. */
  public Map<String, String> settings() {
    Map<String, String> settings =
        new HashMap<>(RecordedSettings.of(config.withAugmentation(views())).byKey());
    settings.putAll(config.fineTune().asMap());
    return settings;
  }

  private Map<String, String> configuration(TuningOutcome outcome, String precision) {
    Map<String, String> settings = new HashMap<>(settings());
    settings.put(RecordedSettings.EPOCHS_TRAINED, String.valueOf(outcome.report().epochs().size()));
    settings.put("precision", precision);
    settings.put(TrainingRecord.LAYERS, String.join(", ", outcome.report().layersLearned()));
    return settings;
  }
}
