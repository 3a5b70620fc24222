package dev.imprint.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A trained softmax layer over embeddings. Immutable arrays rather than a graph: there is nothing
 * to close, so one may be shared, and serve again after it has been replaced.
 *
 * <p>Several of its classes may have the same label, as after labels were merged; the probability
 * of the label is their sum.
 */
public final class LinearHead implements Head {
  private final String backboneId;
  private final List<String> classes;
  private final List<String> labels;
  private final int[] labelOfClass;
  private final float[] weights;
  private final float[] bias;

  /**
   * @param backboneId the {@link Backbone#id()} that it was trained on
   * @param classes the label of each class, at least one
   * @param weights dimension × classes, row-major; copied
   * @param bias one per class; copied
   * @throws IllegalArgumentException if the sizes do not match or a number is not finite
   */
  public LinearHead(String backboneId, List<String> classes, float[] weights, float[] bias) {
    this.backboneId = backboneId;
    this.classes = List.copyOf(classes);
    this.labels = this.classes.stream().distinct().toList();
    Map<String, Integer> places = new HashMap<>();
    labels.forEach(label -> places.put(label, places.size()));
    this.labelOfClass = this.classes.stream().mapToInt(places::get).toArray();
    this.weights = weights.clone();
    this.bias = bias.clone();
    int count = classes.size();
    if (count == 0) {
      throw new IllegalArgumentException("at least one label is needed");
    }
    if (bias.length != count || weights.length == 0 || weights.length % count != 0) {
      throw new IllegalArgumentException(
          "%d labels, but %d weights and %d biases".formatted(count, weights.length, bias.length));
    }
    if (!allFinite(weights) || !allFinite(bias)) {
      throw new IllegalArgumentException("a weight is not a finite number");
    }
  }

  /**
   * The same head for some of its labels only.
   *
   * @param some at least one, each of {@link #labels()}
   */
  public LinearHead of(List<String> some) {
    List<Integer> columns = new ArrayList<>();
    for (String label : some) {
      for (int c = 0; c < bias.length; c++) {
        if (classes.get(c).equals(label)) {
          columns.add(c);
        }
      }
    }
    return ofColumns(columns, columns.stream().map(classes::get).toList());
  }

  /**
   * The same head with its labels as they are called now, and without those that are retired.
   *
   * @throws IllegalArgumentException if all of them are
   */
  public LinearHead under(LabelChanges changes) {
    if (!changes.concern(labels)) {
      return this;
    }
    List<Integer> columns = new ArrayList<>();
    for (int c = 0; c < bias.length; c++) {
      if (changes.of(classes.get(c)) != null) {
        columns.add(c);
      }
    }
    return ofColumns(columns, columns.stream().map(c -> changes.named(classes.get(c))).toList());
  }

  private LinearHead ofColumns(List<Integer> columns, List<String> names) {
    int its = columns.size();
    float[] itsWeights = new float[dimension() * its];
    float[] itsBias = new float[its];
    for (int c = 0; c < its; c++) {
      int from = columns.get(c);
      itsBias[c] = bias[from];
      for (int row = 0; row < dimension(); row++) {
        itsWeights[row * its + c] = weights[row * bias.length + from];
      }
    }
    return new LinearHead(backboneId, names, itsWeights, itsBias);
  }

  /** The same answers, with less confidence above a temperature of 1, and more below. */
  public LinearHead dividedBy(double temperature) {
    float[] itsWeights = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      itsWeights[i] = (float) (weights[i] / temperature);
    }
    float[] itsBias = new float[bias.length];
    for (int c = 0; c < bias.length; c++) {
      itsBias[c] = (float) (bias[c] / temperature);
    }
    return new LinearHead(backboneId, classes, itsWeights, itsBias);
  }

  @Override
  public String backboneId() {
    return backboneId;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  /** The label of each class, in the order of the weights' columns. */
  public List<String> classes() {
    return classes;
  }

  @Override
  public int dimension() {
    return weights.length / bias.length;
  }

  /** A copy, dimension × classes, row-major. */
  public float[] weights() {
    return weights.clone();
  }

  /** A copy, one per class. */
  public float[] bias() {
    return bias.clone();
  }

  /** Classes × labels, row-major: 1 for each class's label, else 0. */
  public float[] labelsOfClasses() {
    float[] matrix = new float[classes.size() * labels.size()];
    for (int c = 0; c < labelOfClass.length; c++) {
      matrix[c * labels.size() + labelOfClass[c]] = 1;
    }
    return matrix;
  }

  /** softmax(embeddings · weights + bias), with the classes of a label added up. */
  @Override
  public float[][] probabilities(float[][] embeddings) {
    float[][] probabilities = new float[embeddings.length][];
    for (int i = 0; i < embeddings.length; i++) {
      probabilities[i] = byLabel(softmax(logits(embeddings[i])));
    }
    return probabilities;
  }

  private float[] byLabel(float[] byClass) {
    if (labels.size() == classes.size()) {
      return byClass;
    }
    float[] sums = new float[labels.size()];
    for (int c = 0; c < byClass.length; c++) {
      sums[labelOfClass[c]] += byClass[c];
    }
    return sums;
  }

  private float[] logits(float[] embedding) {
    if (embedding.length != dimension()) {
      throw new IllegalArgumentException(
          "the embedding has %d numbers, but the head takes %d"
              .formatted(embedding.length, dimension()));
    }
    float[] logits = bias.clone();
    int w = 0;
    for (float x : embedding) {
      for (int c = 0; c < logits.length; c++) {
        logits[c] += x * weights[w++];
      }
    }
    return logits;
  }

  private static float[] softmax(float[] logits) {
    if (!allFinite(logits)) {
      throw new ArithmeticException("the model returned a number that is not finite");
    }
    // Shifted by the maximum, so that exp cannot overflow.
    float max = logits[0];
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) Math.exp(logits[c] - max);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) (logits[c] / sum);
    }
    return logits;
  }

  private static boolean allFinite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }

  @Override
  public String toString() {
    return "LinearHead" + classes + " on " + backboneId + ", bias " + Arrays.toString(bias);
  }
}
