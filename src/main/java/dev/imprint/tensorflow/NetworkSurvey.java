package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasModel;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.layer.BatchNormFolding;
import dev.imprint.tensorflow.layer.KerasInput;
import dev.imprint.tensorflow.layer.LayerVariables;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.picture.InputSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Builds a network node by node and continues after one that is refused. For a single use, by one
 * thread.
 */
final class NetworkSurvey {
  /**
   * If less than a third of the weights come before the cut, it is a stem, and its output no
   * embedding.
   */
  private static final int LEAST_PART = 3;

  private final KerasFile file;
  private final KerasModel model;
  private final KerasNetwork network;
  private final List<KerasNode> nodes;
  private final InputSize size;
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Long> parameters = new HashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>(); // maps layers to reasons
  private @Nullable KerasNode firstRefused;

  /**
   * @param side of the pictures, if the network takes any size
   */
  NetworkSurvey(KerasFile file, int side) {
    this.file = file;
    model = KerasModelParser.parse(file.config());
    network = new KerasNetwork(model);
    nodes = network.upTo(network.outputs());
    size = size(nodes, side);
  }

  private static InputSize size(List<KerasNode> nodes, int side) {
    for (KerasNode node : nodes) {
      if (node.layer().isInput() && !node.passesOn()) {
        JsonNode shape = KerasInput.shape(node.layer());
        return new InputSize(shape.path(1).asInt(side), shape.path(2).asInt(side));
      }
    }
    return new InputSize(side, side);
  }

  BackboneInspection inspect() {
    build();
    String name = file.config().path("config").path("name").asText("no name");
    LikelyPreprocessing likely = LikelyPreprocessing.of(name, nodes);
    KerasNode embedding = embedding();
    Shape shape = embedding == null ? null : shapes.get(embedding.id());
    return new BackboneInspection(
        name,
        size,
        layers(),
        parameters.values().stream().mapToLong(Long::longValue).sum(),
        likely.preprocessing(),
        likely.reason(),
        embedding == null ? null : embedding.layer().path(),
        shape == null ? 0 : HeadGraph.channels(shape),
        embedding == null ? List.of() : features(embedding),
        embedding == null ? List.of() : blocks(embedding),
        List.copyOf(refused.values()));
  }

  private List<Layer> features(KerasNode embedding) {
    return new FeatureLayers(network.upTo(List.of(embedding)), shapes)
        .with(embedding).stream()
            .map(
                node ->
                    new Layer(
                        node.layer().path(),
                        HeadGraph.channels(Objects.requireNonNull(shapes.get(node.id())))))
            .distinct()
            .toList();
  }

  private void build() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> image =
          tf.placeholder(
              TFloat32.class, Placeholder.shape(Shape.of(-1, size.height(), size.width(), 3)));
      NetworkBuilder builder =
          new NetworkBuilder(tf, file.weights(), image, BatchNormFolding.NONE, null);
      nodes.stream()
          .filter(node -> node.inputs().allMatch(shapes::containsKey))
          .forEach(node -> add(builder, node));
    }
  }

  private void add(NetworkBuilder builder, KerasNode node) {
    try {
      builder.add(node);
      LayerVariables variables = builder.variables(node.layer());
      if (variables != null) {
        variables.refuseUnread();
        parameters.put(node.layer().path(), variables.parameters());
      }
      shapes.put(node.id(), builder.built(node).shape());
    } catch (KerasImportException e) {
      refused.putIfAbsent(node.layer().path(), e.getMessage());
      firstRefused = firstRefused == null ? node : firstRefused;
    }
  }

  /** Null if the network cannot serve. */
  private @Nullable KerasNode embedding() {
    try {
      file.weights().refuseSurplus(model);
      KerasNode wanted = wanted();
      if (wanted != null) {
        KerasInput.requireOne(network.upTo(List.of(wanted)));
      }
      return wanted;
    } catch (KerasImportException e) {
      refused.put("", e.getMessage());
      return null;
    }
  }

  /**
   * The default layer, or if it is not reached, the input of the first refused layer; null if that
   * would leave too little of the network.
   */
  private @Nullable KerasNode wanted() {
    KerasNode usual = network.last(EmbeddingLayer.of(network));
    if (servesAsEmbedding(usual)) {
      return usual;
    }
    KerasNode end = firstRefused;
    KerasNode cut =
        nodes.stream()
            .filter(node -> end != null && end.inputs().anyMatch(node.id()::equals))
            .filter(node -> !node.layer().isInput() && servesAsEmbedding(node))
            .findFirst()
            .orElse(null);
    if (cut == null || end == null) {
      return null;
    }
    long used = weights(network.upTo(List.of(cut)));
    long all = weights(nodes);
    if (used * LEAST_PART >= all) {
      return cut;
    }
    refused.compute(
        end.layer().path(),
        (path, why) ->
            ("%s; only %d %% of the network's weights (%,d of %,d) come before it, too few to cut"
                    + " there")
                .formatted(why, 100 * used / all, used, all));
    return null;
  }

  /** How many numbers the file holds for these. */
  private long weights(List<KerasNode> some) {
    Map<String, KerasLayer> layers = new HashMap<>();
    some.stream()
        .filter(node -> !node.passesOn())
        .forEach(node -> layers.put(node.layer().path(), node.layer()));
    return layers.values().stream().mapToLong(file.weights()::numbers).sum();
  }

  private boolean servesAsEmbedding(KerasNode node) {
    Shape shape = shapes.get(node.id());
    return shape != null && (shape.numDimensions() == 2 || shape.numDimensions() == 4);
  }

  /** The first block is left out: all layers would learn, and nothing would be frozen. */
  private List<BackboneInspection.Block> blocks(KerasNode embedding) {
    List<NetworkBlocks.Block> found = Cut.blocks(network, List.of(embedding), file.weights());
    List<BackboneInspection.Block> blocks = new ArrayList<>();
    long learning = 0;
    for (int i = found.size() - 1; i > 0; i--) {
      List<String> its = found.get(i).learning();
      learning += its.stream().mapToLong(layer -> parameters.getOrDefault(layer, 0L)).sum();
      blocks.add(new BackboneInspection.Block(found.size() - i, its.get(0), learning));
    }
    return blocks;
  }

  /** One row per layer, even if it is called several times. */
  private List<BackboneInspection.Layer> layers() {
    Map<String, BackboneInspection.Layer> rows = new LinkedHashMap<>();
    for (KerasNode node : nodes) {
      if (!node.passesOn()) {
        KerasLayer layer = node.layer();
        Shape shape = shapes.get(node.id());
        List<Long> output =
            shape == null ? null : LongStream.of(shape.asArray()).skip(1).boxed().toList();
        long count = parameters.getOrDefault(layer.path(), 0L);
        rows.put(
            layer.path(),
            new BackboneInspection.Layer(layer.path(), layer.className(), output, count));
      }
    }
    return List.copyOf(rows.values());
  }
}
