package dev.imprint.tensorflow.tuning;

import dev.imprint.augmentation.Recipe;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.FeatureScaling;
import dev.imprint.tensorflow.head.Folds;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.LabelledEmbeddings;
import dev.imprint.tensorflow.head.TrainingData;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fine-tunes a network's last layers together with a head, always from the pretrained weights: the
 * head first, on the pretrained network, then both (LP-FT, Kumar et al. 2022). Starting with a good
 * head keeps its first errors from distorting the features. In the end, a head is trained anew on
 * the tuned features, which is better than the one that they were tuned with. Stateless.
 *
 * @param head how it is trained first; its seed is also that of the tuning
 * @param folder for the activations
 * @param mostDiskBytes that these may take
 */
public record FineTuner(
    TunableNetwork network,
    FineTuneSettings settings,
    HeadTraining head,
    TensorFlowConfig tensorflow,
    Path folder,
    long mostDiskBytes) {
  private static final int BATCH = 64;

  /**
   * Tunes.
   *
   * @param examples at least two labels to learn
   * @param recipe of the views to learn from, beside the pictures themselves
   * @throws IllegalArgumentException if the activations take too much space, or examples are
   *     missing
   * @throws IllegalStateException if the loss is not a finite number
   * @throws InterruptedException if the thread was interrupted, within a step
   */
  public TunedNetwork tune(
      ImageDecoder decoder,
      List<TuningExample> examples,
      Recipe recipe,
      TuningProgress.Listener progress)
      throws IOException, InterruptedException {
    long validation = examples.stream().filter(TuningExample::validation).count();
    long all = validation + (examples.size() - validation) * (1L + recipe.augmentation().views());
    FrozenPart frozen = network.frozen(tensorflow);
    CutShape shape = frozen.shape();
    try (ActivationFile file = file(frozen, shape, all)) {
      FrozenPass pass = new FrozenPass(frozen, decoder, file, all, progress);
      ViewedExamples viewed;
      try (frozen) {
        viewed = pass.run(examples, recipe);
      }
      viewed.requireLabels();
      TopTraining.Data data = viewed.data(shape);
      try (TopTraining training = new TopTraining(network, data, head, settings, tensorflow)) {
        return tune(training, viewed, pass.leftOut(), progress);
      }
    }
  }

  private ActivationFile file(FrozenPart frozen, CutShape shape, long views) throws IOException {
    try {
      return ActivationFile.create(folder, shape.bytes(), views, mostDiskBytes);
    } catch (IOException | RuntimeException e) {
      frozen.close();
      throw e;
    }
  }

  private TunedNetwork tune(
      TopTraining training, ViewedExamples viewed, int leftOut, TuningProgress.Listener progress)
      throws IOException, InterruptedException {
    LabelledEmbeddings embeddings = embeddings(training, viewed);
    DenseHead first = firstHead(train(network.id(), embeddings, viewed, progress), viewed);
    FeatureScaling scaling =
        FeatureScaling.of(embeddings.embeddings(), viewed.examplesAClass()).paced();
    training.begin(first, scaling);
    EpochLoop loop = new EpochLoop(training, viewed, settings, head, progress);
    Epoch.Validation before = loop.validate();
    EpochLoop.Result result = loop.run();
    TunedTop top = training.top(network.id());
    return new TunedNetwork(
        top,
        train(KerasBackbone.id(top), embeddings(training, viewed), viewed, progress).head(),
        before,
        result.epochs(),
        result.chosen(),
        result.averaged(),
        leftOut,
        training.layersLearned());
  }

  /** Of the pictures themselves, by the network as it is. */
  private static LabelledEmbeddings embeddings(TopTraining training, ViewedExamples viewed)
      throws IOException {
    int[] originals = viewed.originals();
    List<Embedding> embeddings = new ArrayList<>();
    for (int from = 0; from < originals.length; from += BATCH) {
      int[] batch =
          IntStream.range(from, Math.min(originals.length, from + BATCH))
              .map(i -> originals[i])
              .toArray();
      embeddings.addAll(training.embeddings(viewed.read(batch)));
    }
    return new LabelledEmbeddings(
        embeddings, IntStream.of(originals).mapToObj(viewed::label).toList());
  }

  /** Of those trained, the head that has not learned from the validation part. */
  private static DenseHead firstHead(HeadTrainer.Trained trained, ViewedExamples viewed) {
    boolean validated = IntStream.of(viewed.originals()).anyMatch(viewed::isValidation);
    return validated ? trained.folds().get(0) : trained.head();
  }

  /** A head on all embeddings, and one without those of the validation part, if there is one. */
  private HeadTrainer.Trained train(
      String backboneId,
      LabelledEmbeddings embeddings,
      ViewedExamples viewed,
      TuningProgress.Listener progress)
      throws InterruptedException {
    boolean[] validation = new boolean[embeddings.size()];
    int[] originals = viewed.originals();
    for (int i = 0; i < originals.length; i++) {
      validation[i] = viewed.isValidation(originals[i]);
    }
    LabelledEmbeddings learned = select(embeddings, validation, false);
    LabelledEmbeddings judged = select(embeddings, validation, true);
    Folds folds = Folds.NONE;
    if (judged.size() > 0) {
      folds = new Folds(1, new int[embeddings.size()]);
      for (int i = learned.size(); i < embeddings.size(); i++) {
        folds.hide(i, 0);
      }
    }
    return new HeadTrainer(tensorflow)
        .train(
            backboneId,
            new TrainingData(learned, judged, folds, List.of()),
            head,
            epoch ->
                progress.progress(
                    TuningProgress.of(TuningProgress.Phase.HEAD, epoch.number(), epoch.most())));
  }

  private static LabelledEmbeddings select(
      LabelledEmbeddings embeddings, boolean[] validation, boolean wanted) {
    List<Integer> chosen =
        IntStream.range(0, validation.length).filter(i -> validation[i] == wanted).boxed().toList();
    return new LabelledEmbeddings(
        chosen.stream().map(embeddings.embeddings()::get).toList(),
        chosen.stream().map(embeddings.labels()::get).toList());
  }
}
