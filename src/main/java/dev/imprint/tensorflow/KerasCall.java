package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a layer, with what it was called on: an {@code inbound_nodes} entry, in the form of
 * Keras 3 (an object of {@code args} and {@code kwargs}) or of Keras 2 (a list of tensors).
 *
 * @param refusal why it cannot be built; it matters only to those who want to
 */
record KerasCall(List<Argument> arguments, @Nullable KerasImportException refusal) {
  private static final String TENSOR = "__keras_tensor__";

  /** In the order of the call's parameters. */
  sealed interface Argument permits Tensor, Constant {}

  /**
   * What a layer gave.
   *
   * @param call which of the layer's calls, from 0
   * @param output which of that call's outputs, from 0
   */
  record Tensor(String layer, int call, int output) implements Argument {}

  /** A number, an array, or a key such as {@code [:, 1:]}; ops alone take these. */
  record Constant(JsonNode value) implements Argument {}

  KerasCall {
    arguments = List.copyOf(arguments);
  }

  static KerasCall on(Tensor tensor) {
    return new KerasCall(List.of(tensor), null);
  }

  /**
   * @param label of the layer, for messages
   */
  static KerasCall parse(String label, JsonNode node) {
    try {
      return new KerasCall(arguments(label, node), null);
    } catch (KerasImportException e) {
      return new KerasCall(List.of(), e);
    }
  }

  private static List<Argument> arguments(String label, JsonNode node) {
    List<Argument> arguments = new ArrayList<>();
    if (node.isArray()) {
      node = node.path(0).isTextual() ? JsonNodeFactory.instance.arrayNode().add(node) : node;
      for (JsonNode tensor : node) {
        arguments.add(history(label, tensor));
        keywords(label, true, tensor.path(3), arguments);
      }
    } else {
      node.path("args").forEach(argument -> collect(label, argument, arguments));
      keywords(label, false, node.path("kwargs"), arguments);
    }
    return arguments;
  }

  private static void keywords(
      String label, boolean keras2, JsonNode keywords, List<Argument> arguments) {
    for (var keyword : keywords.properties()) {
      JsonNode value = keyword.getValue();
      switch (keyword.getKey()) {
        case "training" -> {
          // predict() of Keras 3 has its own way, whatever a call says; that of Keras 2 had not.
          if (keras2 && value.asBoolean()) {
            throw refusal(label, "training = true", "it is for serving: call it without");
          }
        }
        case "name" -> {}
        case "inputs", "x", "x1", "x2", "y" -> keyword(label, value, arguments);
        default -> {
          if (!isNothing(value)) {
            throw refusal(label, keyword.getKey() + " = " + value, "call it without");
          }
        }
      }
    }
  }

  /** Null, or as many of them as there are inputs. */
  private static boolean isNothing(JsonNode value) {
    return value.isNull() || value.isArray() && value.valueStream().allMatch(JsonNode::isNull);
  }

  private static void keyword(String label, JsonNode value, List<Argument> arguments) {
    if (value.isArray() && value.path(0).isTextual() && value.path(1).isInt()) {
      arguments.add(history(label, value)); // Keras 2
    } else {
      collect(label, value, arguments);
    }
  }

  private static void collect(String label, JsonNode argument, List<Argument> arguments) {
    if (TENSOR.equals(argument.path("class_name").asText())) {
      arguments.add(history(label, argument.path("config").path("keras_history")));
    } else if (argument.isArray() && argument.findValue("keras_history") != null) {
      argument.forEach(element -> collect(label, element, arguments));
    } else if (argument.findValue("keras_history") != null) {
      throw refusal(label, "a dictionary of tensors", "call it with tensors or a list of them");
    } else {
      arguments.add(new Constant(argument));
    }
  }

  private static Tensor history(String label, JsonNode history) {
    if (!history.path(0).isTextual() || !history.path(1).isInt() || !history.path(2).isInt()) {
      throw refusal(label, history + ", which is no layer's output", "save the model anew");
    }
    return new Tensor(history.get(0).asText(), history.get(1).asInt(), history.get(2).asInt());
  }

  private static KerasImportException refusal(String label, String with, String advice) {
    return new KerasImportException(
        "%s is called with %s; that is not read: %s".formatted(label, with, advice));
  }
}
