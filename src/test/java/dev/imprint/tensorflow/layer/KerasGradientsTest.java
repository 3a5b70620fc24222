package dev.imprint.tensorflow.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.tensorflow.Shared;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Gradients of a network built for training, compared with Keras'
 * (src/test/resources/keras/make_gradients.py): for the small networks, with respect to the picture
 * and to every trainable weight; for the eleven of keras.applications, to the weights of their last
 * three layers.
 */
class KerasGradientsTest {
  private static final Logger LOG = LoggerFactory.getLogger(KerasGradientsTest.class);

  /** Relative to a gradient's largest number, or its norm. */
  private static final double TOLERANCE = 1e-3;

  private static final List<String> TABLE = new ArrayList<>();

  /** A network's entry in gradients.json, and its numbers. */
  private record Reference(
      JsonNode json, float[] input, List<float[]> factors, List<float[]> kept) {
    String name() {
      return json.get("name").asText();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static Stream<Arguments> ofThisFolder() throws IOException {
    return references().filter(network -> !network.json().has("input_file")).map(Arguments::of);
  }

  static Stream<Arguments> ofTheEleven() throws IOException {
    return references().filter(network -> network.json().has("input_file")).map(Arguments::of);
  }

  private static Stream<Reference> references() throws IOException {
    FloatBuffer numbers =
        FloatBuffer.wrap(KerasNumbers.floats(TestPictures.resource("/keras/gradients.bin")));
    List<Reference> references = new ArrayList<>();
    for (JsonNode network : TestPictures.json("/keras/gradients.json").get("networks")) {
      float[] input = network.has("input_file") ? new float[0] : next(numbers, network, "input");
      List<float[]> factors = new ArrayList<>();
      for (JsonNode output : network.get("outputs")) {
        factors.add(next(numbers, output, "shape"));
      }
      List<float[]> kept = new ArrayList<>();
      for (JsonNode gradient : network.get("gradients")) {
        long size = shape(gradient.get("shape")).size();
        kept.add(next(numbers, (size + step(size) - 1) / step(size)));
      }
      references.add(new Reference(network, input, factors, kept));
    }
    assertThat(numbers.hasRemaining()).isFalse();
    return references.stream();
  }

  private static float[] next(FloatBuffer numbers, JsonNode node, String key) throws IOException {
    return next(numbers, shape(node.get(key)).size());
  }

  private static float[] next(FloatBuffer numbers, long count) {
    float[] next = new float[Math.toIntExact(count)];
    numbers.get(next);
    return next;
  }

  private static Shape shape(JsonNode sizes) throws IOException {
    return Shape.of(new ObjectMapper().treeToValue(sizes, long[].class));
  }

  /** Of a large gradient, only every nth number is kept. */
  private static int step(long size) {
    return Math.toIntExact(size / 4096 | 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofThisFolder")
  void shouldGiveKerasGradientsOfEveryLayer(Reference network) throws IOException {
    byte[] file = TestPictures.resource("/keras/" + network.name() + ".keras");

    assertThat(difference(network, file, network.input())).isLessThanOrEqualTo(TOLERANCE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheEleven")
  void shouldGiveKerasGradientsOfTheLastThreeLayers(Reference network) throws IOException {
    Path folder = Shared.require("data/keras-fixtures");
    byte[] file = Files.readAllBytes(folder.resolve(network.name() + ".keras"));
    Path input = folder.resolve(network.json().get("input_file").asText());

    double difference = difference(network, file, KerasNumbers.floats(Files.readAllBytes(input)));

    TABLE.add(String.format(Locale.ROOT, "| %s | %.1e |", network.name(), difference));
    assertThat(difference).isLessThanOrEqualTo(TOLERANCE);
  }

  @AfterAll
  static void writeTable() {
    LOG.info("network | largest relative difference\n{}", String.join("\n", TABLE));
  }

  /** The largest over all the network's gradients. */
  private static double difference(Reference network, byte[] file, float[] input)
      throws IOException {
    JsonNode expected = network.json().get("gradients");
    List<float[]> gradients = gradients(network, file, input);
    double largest = 0;
    assertThat(gradients).hasSameSizeAs(network.kept());
    for (int i = 0; i < gradients.size(); i++) {
      JsonNode row = expected.get(i);
      float[] gradient = gradients.get(i);
      assertThat((long) gradient.length).isEqualTo(shape(row.get("shape")).size());
      double norm = row.get("norm").asDouble();
      largest = Math.max(largest, Math.abs(norm(gradient) - norm) / norm);
      float[] kept = network.kept().get(i);
      for (int k = 0; k < kept.length; k++) {
        double apart = Math.abs((double) gradient[k * step(gradient.length)] - kept[k]);
        largest = Math.max(largest, apart / row.get("absmax").asDouble());
      }
    }
    return largest;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static List<float[]> gradients(Reference network, byte[] file, float[] input)
      throws IOException {
    Shape shape = shape(network.json().get("input"));
    List<String> outputs = network.json().get("outputs").findValuesAsText("layer");
    List<String> layers =
        network.json().get("gradients").findValues("layer").stream()
            .filter(layer -> !layer.isNull())
            .map(JsonNode::asText)
            .distinct()
            .toList();
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        KerasFile keras = KerasFile.open(file);
        TFloat32 images = TFloat32.tensorOf(shape, DataBuffers.of(input))) {
      Ops tf = Ops.create(graph);
      Shape one = Shape.of(-1, shape.get(1), shape.get(2), shape.get(3));
      Placeholder<TFloat32> image = tf.placeholder(TFloat32.class, Placeholder.shape(one));
      FineTuning fineTuning = new FineTuning(tf, layers, 7);
      List<Operand<TFloat32>> ends = NetworkBuilder.build(tf, keras, image, outputs, fineTuning);
      Operand<TFloat32> loss = tf.constant(0f);
      for (int i = 0; i < ends.size(); i++) {
        Shape size = shape(network.json().get("outputs").get(i).get("shape"));
        loss = tf.math.add(loss, weighted(tf, ends.get(i), size, network.factors().get(i)));
      }
      List<Output<?>> wanted = wanted(network, image, fineTuning.weights());
      Output<?>[] gradients = graph.addGradients(loss.asOutput(), wanted.toArray(Output[]::new));
      Session.Runner runner = session.runner().feed(image, images);
      for (Output<?> gradient : gradients) {
        runner.fetch(Objects.requireNonNull(gradient));
      }
      try (Result result = runner.run()) {
        return Stream.iterate(0, i -> i + 1)
            .limit(gradients.length)
            .map(i -> KerasNumbers.values((TFloat32) result.get(i)))
            .toList();
      }
    }
  }

  private static Operand<TFloat32> weighted(
      Ops tf, Operand<TFloat32> output, Shape shape, float[] factors) {
    Operand<TFloat32> weights = tf.constant(shape, DataBuffers.of(factors));
    Operand<TFloat32> flat = tf.reshape(tf.math.mul(output, weights), tf.constant(new int[] {-1}));
    return tf.reduceSum(flat, tf.constant(0));
  }

  private static List<Output<?>> wanted(
      Reference network, Operand<TFloat32> image, Map<String, List<Variable<TFloat32>>> weights) {
    List<Output<?>> wanted = new ArrayList<>();
    for (JsonNode row : network.json().get("gradients")) {
      wanted.add(
          row.get("layer").isNull()
              ? image.asOutput()
              : Objects.requireNonNull(weights.get(row.get("layer").asText()))
                  .get(row.get("index").asInt())
                  .asOutput());
    }
    return wanted;
  }
}
