package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Labelled embeddings in the form for heads that learn side by side: the first learns from all
 * examples, each following one from those that are not hidden from its fold.
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
   * @param classWeights how much each class counts
   */
  static ClassifiedExamples of(
      LabelledEmbeddings examples, List<String> labels, ClassWeights classWeights, Folds folds) {
    Map<String, Integer> numbers = new HashMap<>();
    for (String label : labels) {
      numbers.put(label, numbers.size());
    }
    int[] classes = examples.labels().stream().mapToInt(numbers::get).toArray();
    int[] counts = new int[labels.size()];
    for (int c : classes) {
      counts[c]++;
    }
    float[] ofClass = classWeights.of(counts);
    float[] weights = new float[classes.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = ofClass[classes[i]];
    }
    return new ClassifiedExamples(examples, classes, labels.size(), weights, folds);
  }

  /** The originals, to judge by. */
  Batch batch(int[] chosen) {
    return batch(chosen, 0, examples.embeddings()::get);
  }

  /**
   * To learn from: each example in one of its views, or as the original. It takes them in turn, a
   * different one each epoch, so it counts once in every epoch, however many views it has.
   *
   * @param smoothing share of each target that is spread evenly over all classes
   */
  Batch shown(int[] chosen, int epoch, float smoothing) {
    return batch(
        chosen,
        smoothing,
        example -> {
          List<Embedding> views = examples.views().get(example);
          int turn = (epoch + example) % (1 + views.size());
          return turn == 0 ? examples.embeddings().get(example) : views.get(turn - 1);
        });
  }

  private Batch batch(int[] chosen, float smoothing, IntFunction<Embedding> embeddings) {
    int heads = heads();
    float[] targets = new float[chosen.length * heads * classCount];
    Arrays.fill(targets, smoothing / classCount);
    float[] itsWeights = new float[chosen.length * heads];
    for (int i = 0; i < chosen.length; i++) {
      for (int head = 0; head < heads; head++) {
        int at = i * heads + head;
        targets[at * classCount + classes[chosen[i]]] += 1 - smoothing;
        itsWeights[at] = isHidden(chosen[i], head) ? 0 : weights[chosen[i]];
      }
    }
    return new Batch(Arrays.stream(chosen).mapToObj(embeddings).toList(), targets, itsWeights);
  }

  private boolean isHidden(int example, int head) {
    return head > 0 && folds.isHidden(example, head - 1);
  }

  /** The heads that must not learn from an example. */
  int[] judges(int example) {
    return IntStream.range(1, heads()).filter(head -> isHidden(example, head)).toArray();
  }

  int heads() {
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
