package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Examples that have altered views. */
class HeadTrainerViewsTest extends HeadTrainerSteps {
  @Test
  void shouldLearnFromViewsWhatTheOriginalsDoNotShow() throws Exception {
    LabelledEmbeddings originals = clusters(60, 60, 60, 1);
    List<List<Embedding>> views = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) { // the class alone, in numbers that were all 0
      float[] view = new float[DIMENSION];
      view[DIMENSION - 1 - LABELS.indexOf(originals.labels().get(i))] = 5;
      views.add(List.of(Embedding.of(view)));
    }
    LabelledEmbeddings shown =
        new LabelledEmbeddings(originals.embeddings(), originals.labels(), views);
    float[] bolt = new float[DIMENSION];
    bolt[DIMENSION - 1] = 5;
    float[] nut = new float[DIMENSION];
    nut[DIMENSION - 3] = 5;

    DenseHead head = train(shown, HeadTraining.withSeed(3));

    assertThat(head.predict(new float[][] {bolt, nut})).containsExactly("bolt", "nut");
    assertThat(recall(head, clusters(100, 100, 100, 2))).allMatch(recall -> recall > 0.7);
  }

  /** The copies of an example that has many do not outweigh the others. */
  @Test
  void shouldCountAnExampleOnceHoweverManyViewsItHas() throws Exception {
    LabelledEmbeddings examples = clusters(60, 60, 60, 1);
    List<List<Embedding>> copies =
        examples.embeddings().stream().map(original -> Collections.nCopies(3, original)).toList();

    DenseHead without = train(examples, HeadTraining.withSeed(3));
    DenseHead with =
        train(
            new LabelledEmbeddings(examples.embeddings(), examples.labels(), copies),
            HeadTraining.withSeed(3));

    assertThat(with.weights()).containsExactly(without.weights());
    assertThat(with.bias()).containsExactly(without.bias());
  }

  @Test
  void shouldValidateByTheOriginalsAlone() throws Exception {
    LabelledEmbeddings.TrainingSets parts = clusters(60, 60, 60, 1).split(0.3, new Random(1));
    LabelledEmbeddings validation = parts.validation();
    List<List<Embedding>> misleading =
        IntStream.range(0, validation.size())
            .mapToObj(i -> List.of(Embedding.of(embedding(new Random(i), 0, 0))))
            .toList();
    List<Epoch.Validation> plain = new ArrayList<>();
    List<Epoch.Validation> withViews = new ArrayList<>();

    trainer.train(
        "backbone",
        TrainingData.of(parts.training(), validation),
        settings(true, 20),
        epoch -> plain.add(epoch.validation()));
    trainer.train(
        "backbone",
        TrainingData.of(
            parts.training(),
            new LabelledEmbeddings(validation.embeddings(), validation.labels(), misleading)),
        settings(true, 20),
        epoch -> withViews.add(epoch.validation()));

    assertThat(withViews).isEqualTo(plain).anyMatch(Objects::nonNull);
  }
}
