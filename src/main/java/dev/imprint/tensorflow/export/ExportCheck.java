package dev.imprint.tensorflow.export;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.KerasGraph;
import dev.imprint.tensorflow.SelfTestPictures;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * Compares what an exported model answers with what Imprint answers.
 *
 * @param size of the pictures
 * @param pictures photographs, and pictures of random pixels
 * @param expected pictures × labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ExportCheck(InputSize size, List<Pixels> pictures, float[][] expected) {
  /** The most that a probability may differ. */
  static final double TOLERANCE = 1e-5;

  private static final int RANDOM_PICTURES = 5;
  private static final int COLOURS = 256;

  /** The answers of the backbone's network and the head. */
  static ExportCheck of(BackboneDescription description, ClassifierGraph graph, DenseHead head)
      throws IOException {
    InputSize size = description.inputSize();
    List<Pixels> pictures = new ArrayList<>();
    try {
      pictures.addAll(SelfTestPictures.decode(description.pictureInput()));
    } catch (RejectedException e) {
      throw new IllegalStateException(e); // they are part of the program
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < RANDOM_PICTURES; i++) {
      float[] values = new float[size.height() * size.width() * Pixels.CHANNELS];
      for (int at = 0; at < values.length; at++) {
        values[at] = random.nextInt(COLOURS);
      }
      pictures.add(new Pixels(size.height(), size.width(), values));
    }
    try (TFloat32 batch = KerasGraph.batch(size, pictures);
        Result result =
            graph
                .session()
                .runner()
                .feed(graph.network().pixels(), batch)
                .fetch(graph.network().embedding())
                .run()) {
      float[][] embeddings = rows(result.get(0), pictures.size());
      return new ExportCheck(size, pictures, head.probabilities(embeddings));
    }
  }

  int count() {
    return pictures.size();
  }

  /**
   * The largest difference of a .keras file's answers, as a backbone's own classifier.
   *
   * @throws IllegalArgumentException if it is too large
   */
  double keras(BackboneDescription exported) {
    try (KerasBackbone backbone = KerasBackbone.open(exported, TensorFlowConfig.DEFAULT)) {
      DenseHead classifier = Objects.requireNonNull(backbone.classifier());
      return required(classifier.probabilities(backbone.embed(pictures)));
    }
  }

  /**
   * The largest difference of a SavedModel's answers.
   *
   * @throws IllegalArgumentException if it is too large
   */
  double savedModel(Path folder) {
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString());
        TFloat32 batch = KerasGraph.batch(size, pictures);
        Result result =
            bundle.function(Signature.DEFAULT_KEY).call(Map.of(ClassifierGraph.IMAGES, batch))) {
      Tensor probabilities = result.get(ClassifierGraph.PROBABILITIES).orElseThrow();
      return required(rows(probabilities, pictures.size()));
    }
  }

  private double required(float[][] answers) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int label = 0; label < expected[i].length; label++) {
        double difference = Math.abs((double) answers[i][label] - expected[i][label]);
        if (!(difference <= TOLERANCE)) {
          throw new IllegalArgumentException(
              ("the exported model would answer %.6f where Imprint answers %.6f, a difference of"
                      + " more than %.0e; nothing was kept: please report it with the backbone's"
                      + " YAML")
                  .formatted(answers[i][label], expected[i][label], TOLERANCE));
        }
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }

  private static float[][] rows(Tensor tensor, int count) {
    FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
    int each = Math.toIntExact(values.size() / count);
    float[][] rows = new float[count][each];
    for (int i = 0; i < count; i++) {
      values.offset((long) i * each).read(rows[i]);
    }
    return rows;
  }
}
