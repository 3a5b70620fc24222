package dev.imprint.tensorflow;

import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasWeights;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;

/**
 * The classification head of a Keras network as a {@link DenseHead} on its backbone's embeddings.
 *
 * @param classifier that it comes from
 * @param graph its layers
 * @param labels of its classes, in their order
 */
record ClassificationHead(KerasClassifier classifier, HeadGraph graph, List<String> labels) {
  /** How far its probabilities may differ from those of the network's own last step. */
  private static final float TOLERANCE = 1e-4f;

  /**
   * Reads it.
   *
   * @param description names the labels, and among its layers the head's input
   * @param layers shapes of these layers' outputs, before they are pooled
   * @throws KerasImportException if the network does not end in a head that can be read, or the
   *     number of its outputs differs from the number of labels
   */
  static DenseHead read(
      String backboneId, BackboneDescription description, KerasFile file, List<Shape> layers) {
    KerasNetwork network = new KerasNetwork(KerasModelParser.parse(file.config()));
    KerasClassifier classifier = KerasClassifier.of(network);
    String taken = classifier.features().id();
    List<String> ids =
        description.embeddingLayers().stream().map(layer -> network.last(layer).id()).toList();
    int position = ids.indexOf(taken);
    if (position < 0) {
      throw KerasClassifier.refusal("its head takes an earlier call of '%s'".formatted(taken));
    }
    Shape features = layers.get(position);
    requireOneRow("takes feature maps, '%s'".formatted(taken), features);
    int before = layers.subList(0, position).stream().mapToInt(HeadGraph::channels).sum();
    int all = layers.stream().mapToInt(HeadGraph::channels).sum();
    try (GraphSession session = new GraphSession(TensorFlowConfig.readingSession())) {
      HeadGraph graph = HeadGraph.build(session, classifier, file, features);
      requireOneRow("gives several rows of numbers", graph.logits().shape());
      KerasLayer sum = classifier.sum();
      if (sum == null) {
        return new ClassificationHead(classifier, graph, description.labels())
            .head(backboneId, before, all);
      }
      int classes = HeadGraph.channels(graph.logits().shape());
      List<String> labels = added(sum, file.weights(), classes, description.labels());
      return new ClassificationHead(classifier, graph, labels)
          .head(backboneId, before, all)
          .of(description.labels());
    }
  }

  /**
   * The label of each class.
   *
   * @param sum adds up the classes' probabilities
   */
  private static List<String> added(
      KerasLayer sum, KerasWeights weights, int classes, List<String> labels) {
    requireAsMany(labels, sum.config().path("units").asInt(), "");
    float[] kernel = weights.read(sum, 0, classes, labels.size());
    List<String> added = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      int label = -1;
      for (int l = 0; l < labels.size(); l++) {
        float share = kernel[c * labels.size() + l];
        if (share == 1 && label < 0) {
          label = l;
        } else if (share != 0) {
          label = labels.size();
        }
      }
      if (label < 0 || label == labels.size()) {
        throw KerasClassifier.refusal(
            "its last layer, %s, does not add up the probabilities of classes (a 1 for the label"
                    .formatted(sum.label())
                + " of each class, else 0)");
      }
      added.add(labels.get(label));
    }
    if (!new HashSet<>(added).containsAll(labels)) {
      throw KerasClassifier.refusal("%s has a label without a class".formatted(sum.label()));
    }
    return added;
  }

  private static void requireAsMany(List<String> labels, int outputs, String instead) {
    if (labels.size() != outputs) {
      throw new KerasImportException(
          "labels: there are %d, but the network has %s: list one for each, in the network's order"
              .formatted(labels.size(), instead.isEmpty() ? outputs + " outputs" : instead));
    }
  }

  private static void requireOneRow(String what, Shape shape) {
    for (int axis = 1; axis < shape.numDimensions() - 1; axis++) {
      if (shape.get(axis) != 1) {
        throw KerasClassifier.refusal("its head %s of the shape %s".formatted(what, shape));
      }
    }
  }

  /**
   * @param before size of the part of an embedding before the head's input
   * @param all size of an embedding
   */
  private DenseHead head(String backboneId, int before, int all) {
    float[] zero = graph.ofZeros(graph.logits());
    requireFit(zero.length);
    int classes = labels.size();
    int first = classes - zero.length; // softmax(0, x) is sigmoid(x): the first of two has none
    float[] bias = new float[classes];
    System.arraycopy(zero, 0, bias, first, zero.length);
    float[] weights = new float[Math.multiplyExact(all, classes)];
    graph.readMatrix(zero, weights, before * classes + first, classes);
    List<String> apart = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    DenseHead head = new DenseHead(backboneId, apart, weights, bias);
    requireSame(head.probabilities(new float[][] {new float[all]})[0], first);
    return new DenseHead(backboneId, labels, weights, bias);
  }

  private void requireFit(int outputs) {
    boolean binary = outputs == 1 && !classifier.activation().equals(KerasClassifier.SOFTMAX);
    if (classifier.activation().equals(KerasClassifier.SIGMOID) && !binary) {
      throw KerasClassifier.refusal(
          "it ends in %d sigmoids, which judge each label independently".formatted(outputs));
    }
    requireAsMany(labels, binary ? 2 : outputs, binary ? "one output, for 2 labels" : "");
  }

  /** A softmax may be over an axis other than the labels'. */
  private void requireSame(float[] probabilities, int first) {
    if (classifier.ending().isEmpty()) {
      return;
    }
    float[] own = graph.ofZeros(graph.probabilities());
    for (int i = 0; i < own.length; i++) {
      if (!(Math.abs(own[i] - probabilities[first + i]) < TOLERANCE)) {
        throw KerasClassifier.refusal(
            "the %s of %s does not go over its outputs"
                .formatted(classifier.activation(), classifier.ending().get(0).layer().label()));
      }
    }
  }
}
