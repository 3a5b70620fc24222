package dev.imprint.tensorflow.head;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Labelled embeddings in the form for a softmax layer.
 *
 * @param embeddings unscaled
 * @param classes the class of each, as a number
 * @param weights how much each counts in the loss; mean 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassifiedExamples(List<float[]> embeddings, int[] classes, float[] weights) {
  /**
   * @param labels the name of each class
   * @param balanced whether each class with examples counts the same, however many it has
   */
  static ClassifiedExamples of(LabelledEmbeddings examples, List<String> labels, boolean balanced) {
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
    return new ClassifiedExamples(examples.embeddings(), classes, weights);
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
