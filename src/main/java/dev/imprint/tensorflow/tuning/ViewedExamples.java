package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.tuning.TopTraining.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Views of examples and their activations. The file belongs to the caller. */
final class ViewedExamples {
  private final ActivationFile file;
  private final List<View> views;
  private final List<String> labels;

  /** Of each view; -1 for a label that is only in the validation part. */
  private final int[] classes;

  /**
   * A view of an example.
   *
   * @param original whether it is the picture itself
   */
  record View(String label, boolean validation, boolean original) {}

  /**
   * @param file has a record for each view
   * @param views by record
   */
  ViewedExamples(ActivationFile file, List<View> views) {
    this.file = file;
    this.views = List.copyOf(views);
    labels =
        List.copyOf(
            new TreeSet<>(
                views.stream().filter(view -> !view.validation()).map(View::label).toList()));
    Map<String, Integer> numbers = new HashMap<>();
    labels.forEach(label -> numbers.put(label, numbers.size()));
    classes = views.stream().mapToInt(view -> numbers.getOrDefault(view.label(), -1)).toArray();
  }

  /**
   * @throws IllegalArgumentException if there are too few, or one cannot be learned
   */
  void requireLabels() {
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          "fine-tuning needs readable examples of at least two labels, but there are " + labels);
    }
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0) {
        throw new IllegalArgumentException(
            "'%s' has examples for validation, but none to learn from"
                .formatted(views.get(i).label()));
      }
    }
  }

  /** Of the examples that are learned from, in alphabetical order: the classes' names. */
  List<String> labels() {
    return labels;
  }

  TopTraining.Data data(CutShape shape) {
    return new TopTraining.Data(shape, labels.size(), examplesAClass());
  }

  /** In the mean, as heads that learn from the pictures themselves count them. */
  double examplesAClass() {
    return (double) originals().length / labels.size();
  }

  String label(int record) {
    return views.get(record).label();
  }

  boolean isValidation(int record) {
    return views.get(record).validation();
  }

  /**
   * The records of one view of each example to learn from: the picture itself and its altered views
   * take turns.
   */
  int[] inEpoch(int epoch) {
    List<int[]> training = training();
    return IntStream.range(0, training.size())
        .map(example -> training.get(example)[(epoch + example) % training.get(example).length])
        .toArray();
  }

  /** For each example, the records of its views; the picture itself is the first. */
  private List<int[]> training() {
    List<int[]> training = new ArrayList<>();
    int[] originals = originals();
    for (int i = 0; i < originals.length; i++) {
      int next = i + 1 < originals.length ? originals[i + 1] : views.size();
      if (!isValidation(originals[i])) {
        training.add(IntStream.range(originals[i], next).toArray());
      }
    }
    return training;
  }

  /** The records of the pictures to judge by. */
  int[] validation() {
    return records(View::validation);
  }

  /** The records of the pictures themselves. */
  int[] originals() {
    return records(View::original);
  }

  private int[] records(Predicate<View> wanted) {
    return IntStream.range(0, views.size()).filter(i -> wanted.test(views.get(i))).toArray();
  }

  List<byte[]> read(int[] records) throws IOException {
    List<byte[]> read = new ArrayList<>();
    for (int record : records) {
      read.add(file.read(record));
    }
    return read;
  }

  /**
   * @param weights how much a view of each class counts
   */
  Views batch(int[] records, float[] weights) throws IOException {
    int[] its = Arrays.stream(records).map(record -> classes[record]).toArray();
    float[] itsWeights = new float[its.length];
    for (int i = 0; i < its.length; i++) {
      itsWeights[i] = weights[its[i]];
    }
    return new Views(read(records), its, itsWeights);
  }

  /** How much a view of each class counts among these. */
  float[] weights(int[] records, ClassWeights classWeights) {
    int[] counts = new int[labels.size()];
    for (int record : records) {
      counts[classes[record]]++;
    }
    return classWeights.of(counts);
  }
}
