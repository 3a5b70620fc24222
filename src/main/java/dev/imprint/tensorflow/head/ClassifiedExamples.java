package dev.imprint.tensorflow.head;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Labelled embeddings in the form for softmax layers: the first learns from all examples, each
 * following one from those that are not hidden from its fold.
 *
 * @param examples unscaled
 * @param classes the class of each, as a number
 * @param classCount how many classes there are
 * @param weights how much each counts in the loss; mean 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassifiedExamples(
    LabelledEmbeddings examples, int[] classes, int classCount, float[] weights, Folds folds) {
  /**
   * @param labels the name of each class
   * @param balanced whether each class with examples counts the same, however many it has
   */
  static ClassifiedExamples of(
      LabelledEmbeddings examples, List<String> labels, boolean balanced, Folds folds) {
    Map<String, Integer> numbers = new HashMap<>();
    for (String label : labels) {
      numbers.put(label, numbers.size());
    }
    int[] classes = examples.labels().stream().mapToInt(numbers::get).toArray();
    float[] weights = new float[classes.length];
    Arrays.fill(weights, 1);
    if (balanced) {
      int[] counts = new int[labels.size()];
      for (int c : classes) {
        counts[c]++;
      }
      long present = Arrays.stream(counts).filter(count -> count > 0).count();
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) classes.length / present / counts[classes[i]];
      }
    }
    return new ClassifiedExamples(examples, classes, labels.size(), weights, folds);
  }

  /** The originals, to judge by. */
  Batch batch(int[] chosen) {
    return batch(chosen, examples.embeddings()::get);
  }

  /**
   * To learn from: each example in one of its views, or as the original. It takes them in turn, a
   * different one each epoch, so it counts once in every epoch, however many views it has.
   */
  Batch shown(int[] chosen, int epoch) {
    return batch(
        chosen,
        example -> {
          List<float[]> views = examples.views().get(example);
          int turn = (epoch + example) % (1 + views.size());
          return turn == 0 ? examples.embeddings().get(example) : views.get(turn - 1);
        });
  }

  private Batch batch(int[] chosen, IntFunction<float[]> embeddings) {
    int layers = layers();
    float[] targets = new float[chosen.length * layers * classCount];
    float[] itsWeights = new float[chosen.length * layers];
    for (int i = 0; i < chosen.length; i++) {
      for (int layer = 0; layer < layers; layer++) {
        int at = i * layers + layer;
        targets[at * classCount + classes[chosen[i]]] = 1;
        itsWeights[at] = isHidden(chosen[i], layer) ? 0 : weights[chosen[i]];
      }
    }
    return new Batch(Arrays.stream(chosen).mapToObj(embeddings).toList(), targets, itsWeights);
  }

  private boolean isHidden(int example, int layer) {
    return layer > 0 && folds.isHidden(example, layer - 1);
  }

  int layers() {
    return 1 + folds.count();
  }

  double totalWeight() {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }

  int size() {
    return classes.length;
  }
}
