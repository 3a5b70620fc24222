package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One call of a layer, with its arguments: an {@code inbound_nodes} entry, in the form of Keras 3
 * (an object of {@code args} and {@code kwargs}) or of Keras 2 (a list of tensors).
 *
 * @param options its named arguments other than tensors
 * @param refusal why it cannot be built; only matters when building it
 */
public record KerasCall(
    List<Argument> arguments,
    Map<String, JsonNode> options,
    @Nullable KerasImportException refusal) {
  private static final String TENSOR = "__keras_tensor__";

  /** Written by Keras 2 in place of a tensor for a number that comes first. */
  private static final String CONSTANT = "_CONSTANT_VALUE";

  /** Names of tensor parameters; those of one function are in its order. */
  private static final List<String> OPERANDS =
      List.of(
          "inputs",
          "input",
          "images",
          "query",
          "condition",
          "a",
          "x",
          "x1",
          "b",
          "y",
          "x2",
          "value",
          "key",
          "bias",
          "values",
          "indices");

  /** In the order of the call's parameters. */
  public sealed interface Argument permits Tensor, Constant {}

  /**
   * A layer's output.
   *
   * @param call which of the layer's calls, from 0
   * @param output which of that call's outputs, from 0
   */
  public record Tensor(String layer, int call, int output) implements Argument {}

  /** A number, an array, or a key such as {@code [:, 1:]}; only ops take these. */
  public record Constant(JsonNode value) implements Argument {}

  public KerasCall {
    arguments = List.copyOf(arguments);
    options = Map.copyOf(options);
  }

  static KerasCall on(Tensor tensor) {
    return new KerasCall(List.of(tensor), Map.of(), null);
  }

  /**
   * @param label of the layer, for messages
   * @param op whether it is bare arithmetic, which takes numbers in place of tensors
   */
  static KerasCall parse(String label, boolean op, JsonNode node) {
    try {
      return new Parser(label, op).parse(node);
    } catch (KerasImportException e) {
      return new KerasCall(List.of(), Map.of(), e);
    }
  }

  /** The way Keras 2 writes a tensor. */
  public static boolean isHistory(JsonNode value) {
    return value.isArray()
        && value.size() >= 3
        && value.get(0).isTextual()
        && value.get(1).isInt()
        && value.get(2).isInt();
  }

  private record Parser(String label, boolean op) {
    KerasCall parse(JsonNode node) {
      List<Argument> arguments = new ArrayList<>();
      Map<String, JsonNode> keywords = new LinkedHashMap<>();
      if (node.isArray()) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        for (JsonNode tensor : node.path(0).isTextual() ? json.arrayNode().add(node) : node) {
          arguments.add(history(tensor));
          tensor.path(3).properties().forEach(word -> keywords.put(word.getKey(), word.getValue()));
        }
        // In Keras 3, predict() overrides the call's argument; in Keras 2, it did not.
        if (keywords.getOrDefault("training", json.nullNode()).asBoolean()) {
          throw refusal("training = true", "it serves predictions: call the layer without it");
        }
      } else {
        node.path("args").forEach(argument -> collect(argument, arguments));
        node.path("kwargs").properties().forEach(w -> keywords.put(w.getKey(), w.getValue()));
      }
      Map<Integer, JsonNode> operands = new TreeMap<>();
      Map<String, JsonNode> options = new LinkedHashMap<>();
      keywords.forEach(
          (name, value) -> {
            int operand = OPERANDS.indexOf(name);
            if (operand >= 0 && !isNothing(value) && (op || isTensor(value))) {
              operands.put(operand, value);
            } else if (!isNothing(value) && !name.equals("training") && !name.equals("name")) {
              options.put(name, value);
            }
          });
      operands.values().forEach(value -> collect(value, arguments));
      return new KerasCall(arguments, options, null);
    }

    /** Null, or one null per input. */
    private static boolean isNothing(JsonNode value) {
      return value.isNull()
          || value.isArray() && !value.isEmpty() && value.valueStream().allMatch(JsonNode::isNull);
    }

    private static boolean isTensor(JsonNode value) {
      return isHistory(value) || value.findValue("keras_history") != null;
    }

    private void collect(JsonNode argument, List<Argument> arguments) {
      if (TENSOR.equals(argument.path("class_name").asText())) {
        arguments.add(history(argument.path("config").path("keras_history")));
      } else if (isHistory(argument)) {
        arguments.add(history(argument));
      } else if (argument.isArray() && isTensor(argument)) {
        argument.forEach(element -> collect(element, arguments));
      } else if (isTensor(argument)) {
        throw refusal("a dictionary of tensors", "call it with tensors or a list of them");
      } else {
        arguments.add(new Constant(argument));
      }
    }

    private Argument history(JsonNode history) {
      if (CONSTANT.equals(history.path(0).asText()) && history.path(1).asInt() == -1) {
        return new Constant(history.path(2));
      }
      if (!isHistory(history)) {
        throw refusal(history + ", which is not a layer's output", "save the model again");
      }
      return new Tensor(history.get(0).asText(), history.get(1).asInt(), history.get(2).asInt());
    }

    private KerasImportException refusal(String with, String advice) {
      return new KerasImportException(
          "%s is called with %s, which is not supported: %s".formatted(label, with, advice));
    }
  }
}
