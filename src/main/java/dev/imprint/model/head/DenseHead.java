package dev.imprint.model.head;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.labels.LabelChanges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A trained softmax layer over embeddings, with hidden layers before it or none. Immutable arrays
 * rather than a graph: there is nothing to close, so one may be shared, and serve again after it
 * has been replaced.
 *
 * <p>Several of its classes may have the same label, as after labels were merged; the probability
 * of the label is their sum. Labels concern the softmax layer alone.
 */
public final class DenseHead implements Head {
  private final String backboneId;
  private final List<String> classes;
  private final List<String> labels;
  private final int[] labelOfClass;
  private final List<DenseLayer> layers;
  private final DenseLayer softmax;

  /**
   * Without hidden layers.
   *
   * @param backboneId the {@link Backbone#id()} that it was trained on
   * @param classes the label of each class, at least one
   * @param weights dimension × classes, row-major; copied
   * @param bias one per class; copied
   * @throws IllegalArgumentException if the sizes do not match or a number is not finite
   */
  public DenseHead(String backboneId, List<String> classes, float[] weights, float[] bias) {
    this(backboneId, classes, List.of(), weights, bias);
  }

  /**
   * @param backboneId the {@link Backbone#id()} that it was trained on
   * @param classes the label of each class, at least one
   * @param hidden from the embedding on; may be empty
   * @param weights of the softmax layer: inputs × classes, row-major; copied
   * @param bias one per class; copied
   * @throws IllegalArgumentException if the sizes do not match or a number is not finite
   */
  public DenseHead(
      String backboneId,
      List<String> classes,
      List<DenseLayer> hidden,
      float[] weights,
      float[] bias) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("at least one label is needed");
    }
    int count = classes.size();
    if (bias.length != count || weights.length == 0 || weights.length % count != 0) {
      throw new IllegalArgumentException(
          "%d labels, but %d weights and %d biases".formatted(count, weights.length, bias.length));
    }
    this.backboneId = backboneId;
    this.classes = List.copyOf(classes);
    this.labels = this.classes.stream().distinct().toList();
    Map<String, Integer> places = new HashMap<>();
    labels.forEach(label -> places.put(label, places.size()));
    this.labelOfClass = this.classes.stream().mapToInt(places::get).toArray();
    this.softmax = new DenseLayer(weights, bias, Activation.LINEAR);
    this.layers = Stream.concat(hidden.stream(), Stream.of(softmax)).toList();
    requireChain();
  }

  private DenseHead(DenseHead like, List<String> classes, DenseLayer softmax) {
    this(like.backboneId, classes, like.hidden(), softmax.weights(), softmax.bias());
  }

  private void requireChain() {
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).inputs() != layers.get(i - 1).units()) {
        throw new IllegalArgumentException(
            "a layer of %d inputs follows one of %d units"
                .formatted(layers.get(i).inputs(), layers.get(i - 1).units()));
      }
    }
  }

  /**
   * The same head for some of its labels only.
   *
   * @param some at least one, each of {@link #labels()}
   */
  public DenseHead of(List<String> some) {
    List<Integer> columns = new ArrayList<>();
    for (String label : some) {
      for (int c = 0; c < classes.size(); c++) {
        if (classes.get(c).equals(label)) {
          columns.add(c);
        }
      }
    }
    return new DenseHead(
        this, columns.stream().map(classes::get).toList(), softmax.ofUnits(columns));
  }

  /**
   * The same head with its labels as they are called now, and without those that are retired.
   *
   * @throws IllegalArgumentException if all of them are
   */
  public DenseHead under(LabelChanges changes) {
    if (!changes.concern(labels)) {
      return this;
    }
    List<Integer> columns = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      if (changes.of(classes.get(c)) != null) {
        columns.add(c);
      }
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("at least one label is needed");
    }
    return new DenseHead(
        this,
        columns.stream().map(c -> changes.named(classes.get(c))).toList(),
        softmax.ofUnits(columns));
  }

  /** The same answers, with less confidence above a temperature of 1, and more below. */
  public DenseHead dividedBy(double temperature) {
    return new DenseHead(this, classes, softmax.dividedBy(temperature));
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
    return layers.get(0).inputs();
  }

  /** The hidden layers, from the embedding on; empty for a linear head. */
  public List<DenseLayer> hidden() {
    return layers.subList(0, layers.size() - 1);
  }

  /** The hidden layers, then the one that gives the logits. */
  public List<DenseLayer> layers() {
    return layers;
  }

  /** A copy of the softmax layer's, inputs × classes, row-major. */
  public float[] weights() {
    return softmax.weights();
  }

  /** A copy of the softmax layer's, one per class. */
  public float[] bias() {
    return softmax.bias();
  }

  /** Classes × labels, row-major: 1 for each class's label, else 0. */
  public float[] labelsOfClasses() {
    float[] matrix = new float[classes.size() * labels.size()];
    for (int c = 0; c < labelOfClass.length; c++) {
      matrix[c * labels.size() + labelOfClass[c]] = 1;
    }
    return matrix;
  }

  /** The softmax of the last layer's sums, with the classes of a label added up. */
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
    float[] numbers = embedding;
    for (DenseLayer layer : layers) {
      numbers = layer.of(numbers);
    }
    return numbers;
  }

  private static float[] softmax(float[] logits) {
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

  @Override
  public String toString() {
    return "DenseHead%s on %s, hidden %s, bias %s"
        .formatted(
            classes,
            backboneId,
            hidden().stream().map(DenseLayer::units).toList(),
            Arrays.toString(bias()));
  }
}
