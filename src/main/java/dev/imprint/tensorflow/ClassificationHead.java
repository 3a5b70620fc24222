package dev.imprint.tensorflow;

import dev.imprint.model.Head;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The classification head of a Keras network as a {@link Head} on its backbone's embeddings: linear
 * layers are known by what they answer to zeros and to each unit vector.
 *
 * @param classifier that it comes from
 * @param inputs how many numbers it takes
 */
record ClassificationHead(
    KerasClassifier classifier,
    GraphSession session,
    Placeholder<TFloat32> features,
    Operand<TFloat32> logits,
    int inputs) {
  /** Unit vectors that are asked for together; all of them may be gigabytes. */
  private static final int ROWS = 256;

  /**
   * Reads it.
   *
   * @param description names the labels, and among its layers the one that the head takes
   * @param layers shapes of what these layers give, before they are pooled
   * @throws KerasImportException if the network does not end in a head that can be read, or has not
   *     one output a label
   */
  static Head read(
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
    for (int axis = 1; axis < features.numDimensions() - 1; axis++) {
      if (features.get(axis) != 1) {
        throw KerasClassifier.refusal(
            "its head takes feature maps, '%s' of the shape %s".formatted(taken, features));
      }
    }
    int before = layers.subList(0, position).stream().mapToInt(ClassificationHead::channels).sum();
    int all = layers.stream().mapToInt(ClassificationHead::channels).sum();
    // Not on a GPU, which may round what it multiplies.
    try (GraphSession session = new GraphSession(TensorFlowConfig.DEFAULT.cpuSession())) {
      return build(session, classifier, file, features)
          .head(backboneId, description.labels(), before, all);
    }
  }

  private static int channels(Shape shape) {
    return Math.toIntExact(shape.get(shape.numDimensions() - 1));
  }

  private static ClassificationHead build(
      GraphSession session, KerasClassifier classifier, KerasFile file, Shape shape) {
    Ops tf = session.ops();
    Placeholder<TFloat32> features = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    NetworkBuilder builder =
        new NetworkBuilder(tf, file.weights(), features, BatchNormFolding.NONE, null);
    builder.begin(classifier.features(), features);
    Operand<TFloat32> logits = tf.identity(features); // what is fed cannot be fetched
    for (KerasNode node : classifier.linear()) {
      builder.add(node);
      logits = builder.built(node);
    }
    return new ClassificationHead(classifier, session, features, logits, channels(shape));
  }

  /**
   * @param before numbers of an embedding before those that it takes
   * @param all numbers of an embedding
   */
  private Head head(String backboneId, List<String> labels, int before, int all) {
    float[] zero = answers(0, 0);
    int outputs = zero.length;
    boolean binary = outputs == 1 && !classifier.activation().equals(KerasClassifier.SOFTMAX);
    requireFit(labels.size(), outputs, binary);
    int classes = labels.size();
    int first = classes - outputs; // softmax(0, x) is sigmoid(x): the first of two labels has none
    float[] bias = new float[classes];
    System.arraycopy(zero, 0, bias, first, outputs);
    float[] weights = new float[Math.multiplyExact(all, classes)];
    for (int from = 0; from < inputs; from += ROWS) {
      float[] answers = answers(from, Math.min(ROWS, inputs - from));
      for (int i = 0; i < answers.length; i++) {
        int row = before + from + i / outputs;
        weights[row * classes + first + i % outputs] = answers[i] - zero[i % outputs];
      }
    }
    return new Head(backboneId, labels, weights, bias);
  }

  private void requireFit(int labels, int outputs, boolean binary) {
    if (classifier.activation().equals(KerasClassifier.SIGMOID) && !binary) {
      throw KerasClassifier.refusal(
          "it ends in %d sigmoids, which say of each label alone whether it is there"
              .formatted(outputs));
    }
    if (labels != (binary ? 2 : outputs)) {
      throw new KerasImportException(
          "labels: there are %d, but the network has %s: name one for each, in the network's order"
              .formatted(
                  labels,
                  binary ? "one output, which tells 2 labels apart" : outputs + " outputs"));
    }
  }

  /** To unit vectors, row by row; with a count of 0 to zeros. */
  private float[] answers(int from, int count) {
    long[] shape = features.shape().asArray();
    shape[0] = Math.max(1, count);
    try (TFloat32 vectors =
            TFloat32.tensorOf(
                Shape.of(shape),
                tensor -> {
                  var values = tensor.asRawTensor().data().asFloats();
                  for (long i = 0; i < values.size(); i++) {
                    values.setFloat(0, i);
                  }
                  for (int i = 0; i < count; i++) {
                    values.setFloat(1, (long) i * inputs + from + i);
                  }
                });
        Result result = session.runner().feed(features, vectors).fetch(logits).run()) {
      var values = result.get(0).asRawTensor().data().asFloats();
      float[] answers = new float[Math.toIntExact(values.size())];
      values.read(answers);
      return answers;
    }
  }
}
