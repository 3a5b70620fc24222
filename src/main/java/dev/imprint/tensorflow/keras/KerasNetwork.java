package dev.imprint.tensorflow.keras;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model with its inner models expanded: every call of every layer is a node. If a model is called
 * twice, its layers' nodes occur twice.
 */
public final class KerasNetwork {
  private static final int MOST_NODES = 20_000;

  private final Map<String, KerasNode> nodes = new LinkedHashMap<>();

  /** Maps layers' paths to the nodes of their last calls. */
  private final Map<String, String> lastCalls = new LinkedHashMap<>();

  private final List<String> outputs;

  public KerasNetwork(KerasModel model) {
    expand(model, "", List.of());
    outputs = model.outputs().stream().map(output -> id("", output)).toList();
  }

  /** The outputs of the outermost model. */
  public List<KerasNode> outputs() {
    return outputs.stream().map(id -> node(id, "the model's output")).toList();
  }

  /**
   * @param prefix of the ids
   * @param inputs the model's arguments; empty for the outermost one
   */
  private void expand(KerasModel model, String prefix, List<KerasCall.Argument> inputs) {
    for (KerasLayer layer : model.layers().values()) {
      if (layer.isInput()) {
        int position = inputs.isEmpty() ? -1 : model.inputs().indexOf(layer.name());
        add(
            new KerasNode(
                prefix + layer.name(),
                layer,
                position < 0 ? List.of() : inputs.subList(position, position + 1),
                Map.of(),
                null));
      }
      for (int call = 0; call < layer.calls().size(); call++) {
        int number = call + firstCall(model, layer);
        String id = id(prefix, new KerasCall.Tensor(layer.name(), number, 0));
        List<KerasCall.Argument> arguments = new ArrayList<>();
        KerasCall called = layer.calls().get(call);
        for (KerasCall.Argument argument : called.arguments()) {
          arguments.add(within(prefix, argument));
        }
        KerasModel inner = layer.model();
        if (inner == null || called.refusal() != null) {
          add(new KerasNode(id, layer, arguments, called.options(), called.refusal()));
        } else {
          expandInner(layer, inner, id, arguments);
        }
      }
    }
  }

  /** Keras 2 counts the creation of an inner model as its first call, without writing it. */
  private static int firstCall(KerasModel model, KerasLayer layer) {
    if (layer.model() == null) {
      return 0;
    }
    int last =
        Stream.concat(
                model.outputs().stream(),
                model.layers().values().stream()
                    .flatMap(other -> other.calls().stream())
                    .flatMap(call -> call.arguments().stream()))
            .filter(KerasCall.Tensor.class::isInstance)
            .map(KerasCall.Tensor.class::cast)
            .filter(tensor -> tensor.layer().equals(layer.name()))
            .mapToInt(KerasCall.Tensor::call)
            .max()
            .orElse(0);
    return last == layer.calls().size() ? 1 : 0;
  }

  private void expandInner(
      KerasLayer layer, KerasModel inner, String id, List<KerasCall.Argument> arguments) {
    if (arguments.size() != inner.inputs().size()) {
      throw new KerasImportException(
          "%s is called with %d inputs, but has %d"
              .formatted(layer.label(), arguments.size(), inner.inputs().size()));
    }
    expand(inner, id + "/", arguments);
    for (int output = 0; output < inner.outputs().size(); output++) {
      KerasCall.Argument given = within(id + "/", inner.outputs().get(output));
      add(
          new KerasNode(
              output == 0 ? id : id + ":" + output, layer, List.of(given), Map.of(), null));
    }
  }

  private void add(KerasNode node) {
    if (nodes.put(node.id(), node) != null) {
      throw new KerasImportException("two layers are named '%s'".formatted(node.id()));
    }
    if (nodes.size() > MOST_NODES) {
      throw new KerasImportException(
          "the network calls more than %d layers; networks of that size are not supported"
              .formatted(MOST_NODES));
    }
    lastCalls.put(node.layer().path(), node.id());
  }

  private static KerasCall.Argument within(String prefix, KerasCall.Argument argument) {
    return argument instanceof KerasCall.Tensor tensor
        ? new KerasCall.Tensor(id(prefix, tensor), 0, 0)
        : argument;
  }

  /** Id of the node that gives a layer's output, in the model with this prefix. */
  public static String id(String prefix, KerasCall.Tensor tensor) {
    return prefix
        + tensor.layer()
        + (tensor.call() == 0 ? "" : "#" + tensor.call())
        + (tensor.output() == 0 ? "" : ":" + tensor.output());
  }

  /**
   * The node of a layer's last call.
   *
   * @param path of the layer, or only its name if no other layer of an inner model has it
   */
  public KerasNode last(String path) {
    String known = lastCalls.containsKey(path) ? path : inside(path);
    return node(lastCalls.getOrDefault(known, known), "embedding_layers");
  }

  private String inside(String name) {
    List<String> inside =
        lastCalls.keySet().stream().filter(path -> path.endsWith("/" + name)).toList();
    if (inside.size() != 1) {
      throw new KerasImportException(
          "embedding_layers names a layer '%s' that the network %s"
              .formatted(
                  name,
                  inside.isEmpty()
                      ? "does not have; its last layers are " + lastOf(lastCalls.keySet())
                      : "has several times; name one of " + inside));
    }
    return inside.get(0);
  }

  private static List<String> lastOf(Collection<String> names) {
    return names.stream().skip(Math.max(0, names.size() - 5)).toList();
  }

  private KerasNode node(String id, String wantedBy) {
    KerasNode node = nodes.get(id);
    int colon = id.lastIndexOf(':');
    KerasNode call = colon < 0 ? null : nodes.get(id.substring(0, colon));
    if (node == null && call != null && id.substring(colon + 1).matches("\\d{1,4}")) {
      return call.withOutput(id, Integer.parseInt(id.substring(colon + 1)));
    }
    if (node == null) {
      throw new KerasImportException(
          "%s names a layer '%s' that the network does not have; the file is damaged"
              .formatted(wantedBy, id));
    }
    return node;
  }

  /** The nodes that these outputs depend on, and the outputs' own, each after its inputs. */
  public List<KerasNode> upTo(Collection<KerasNode> outputs) {
    Map<String, KerasNode> done = new LinkedHashMap<>();
    Set<String> open = new HashSet<>();
    Deque<KerasNode> path = new ArrayDeque<>(outputs);
    while (!path.isEmpty()) {
      KerasNode node = path.peek();
      if (done.containsKey(node.id())) {
        path.pop();
      } else if (open.add(node.id())) {
        for (String id : node.inputs().toList()) {
          KerasNode input = node(id, node.layer().label());
          if (open.contains(id) && !done.containsKey(id)) {
            throw new KerasImportException(
                "%s takes the output of '%s', which depends on it: the network has a loop"
                    .formatted(node.layer().label(), id));
          }
          path.push(input);
        }
      } else {
        done.put(node.id(), path.pop());
      }
    }
    return List.copyOf(done.values());
  }

  /** How often each node's output is used, by these nodes and as an output of the network. */
  public static Map<String, Integer> uses(List<KerasNode> nodes, Collection<KerasNode> outputs) {
    Map<String, Integer> uses = new HashMap<>();
    outputs.forEach(output -> uses.merge(output.id(), 1, Integer::sum));
    nodes.forEach(node -> node.inputs().forEach(id -> uses.merge(id, 1, Integer::sum)));
    return uses;
  }
}
