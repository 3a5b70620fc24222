package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.picture.TestPictures;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Files with random damage are either built or refused with a reason, quickly and in little memory.
 * -Dimprint.fuzz.cases=N tries more than the build does, -Dimprint.fuzz.seed=N different ones.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KerasFuzzTest {
  private static final int CASES = Integer.getInteger("imprint.fuzz.cases", 150);
  private static final int SEED = Integer.getInteger("imprint.fuzz.seed", 0);
  private static final long MOST_BYTES = 256L << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1",
          "2147483647",
          "9223372036854775807",
          "1e308",
          "0.5",
          "\"\"",
          "\"relu\"",
          "\"Lambda\"",
          "\"Functional\"",
          "\"../../x\"",
          "[]",
          "{}",
          "[[[[]]]]",
          "[1,1]",
          "[-5,7]",
          "[100000,100000]",
          "{\"class_name\":\"function\",\"config\":\"f\"}");

  @ParameterizedTest
  @ValueSource(strings = {"convolutions", "folding", "nested", "shared", "shapes", "arithmetic"})
  void shouldRefuseOrBuildChangedConfigurations(String name) {
    byte[] file = TestPictures.resource("/keras/" + name + ".keras");
    Random random = new Random(11 + SEED);
    for (int i = 0; i < CASES; i++) {
      KerasParts parts = KerasParts.of(file);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        change(parts.config(), random);
      }
      assertBuiltOrRefused(name + " " + i, parts.zip(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalings.keras", "scalings.h5", "nested.h5", "keras2.h5"})
  void shouldRefuseOrBuildDamagedBytes(String name) {
    byte[] file = TestPictures.resource("/keras/" + name);
    Random random = new Random(12 + SEED);
    for (int i = 0; i < CASES; i++) {
      assertBuiltOrRefused(name + " " + i, damaged(file, random), name);
    }
  }

  /** With a valid checksum, so that the damage reaches HDF5. */
  @ParameterizedTest
  @ValueSource(strings = {"scalings", "nested"})
  void shouldRefuseOrBuildDamagedWeights(String name) {
    KerasParts parts = KerasParts.of(TestPictures.resource("/keras/" + name + ".keras"));
    Random random = new Random(13 + SEED);
    for (int i = 0; i < CASES; i++) {
      KerasParts changed = new KerasParts(parts.config(), damaged(parts.weights(), random));
      assertBuiltOrRefused(name + " " + i, changed.zip(), name);
    }
  }

  private static void assertBuiltOrRefused(String label, byte[] file, String name) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (KerasFile keras = KerasFile.open(file);
        Graph graph = new Graph()) {
      build(graph, keras, name.replaceAll("\\..*", ""));
    } catch (KerasImportException e) {
      assertThat(e.getMessage()).as(label).isNotBlank().hasSizeLessThan(2100);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(label, e);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("bytes for " + label)
        .isLessThan(MOST_BYTES);
  }

  private static void build(Graph graph, KerasFile keras, String name) {
    List<String> outputs = new ArrayList<>();
    Shape shape = Shape.of(-1, 1, 1, 3);
    for (JsonNode network : TestPictures.json("/keras/networks.json").get("networks")) {
      if (network.get("name").asText().equals(name)) {
        network.get("outputs").forEach(output -> outputs.add(output.get("layer").asText()));
        JsonNode input = network.get("input");
        shape = Shape.of(-1, input.get(1).asLong(), input.get(2).asLong(), 3);
      }
    }
    assertThat(outputs).isNotEmpty();
    Ops tf = Ops.create(graph);
    Placeholder<TFloat32> image = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    NetworkBuilder.build(tf, keras, image, outputs, BatchNorms.FOLDED);
  }

  private static byte[] damaged(byte[] file, Random random) {
    byte[] damaged = file.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = (byte) random.nextInt(256);
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(damaged, at, Math.min(damaged.length, at + 8), (byte) -1);
        default -> {
          int from = random.nextInt(damaged.length);
          int length = Math.min(64, damaged.length - Math.max(at, from));
          System.arraycopy(file, from, damaged, at, length);
        }
      }
    }
    return random.nextInt(10) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
        : damaged;
  }

  private static void change(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    JsonNode value =
        random.nextInt(3) == 0
            ? containers.get(random.nextInt(containers.size())).deepCopy()
            : read(VALUES.get(random.nextInt(VALUES.size())));
    if (container instanceof ArrayNode array && !array.isEmpty()) {
      int index = random.nextInt(array.size());
      switch (random.nextInt(3)) {
        case 0 -> array.remove(index);
        case 1 -> array.insert(index, value);
        default -> array.set(index, value);
      }
    } else if (container instanceof ObjectNode object && !object.isEmpty()) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      String key = keys.get(random.nextInt(keys.size()));
      if (random.nextInt(4) == 0) {
        object.remove(key);
      } else {
        object.set(key, value);
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
