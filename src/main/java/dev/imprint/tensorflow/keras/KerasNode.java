package dev.imprint.tensorflow.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call of one layer in a network with expanded inner models.
 *
 * @param id unique
 * @param arguments constants, and tensors whose {@code layer} is the id of a node (call and output
 *     are 0)
 * @param options of this call
 * @param refusal why it cannot be built
 */
public record KerasNode(
    String id,
    KerasLayer layer,
    List<KerasCall.Argument> arguments,
    Map<String, JsonNode> options,
    @Nullable KerasImportException refusal) {
  /** The option that selects one of its outputs; layers with a single output refuse it. */
  public static final String OUTPUT = "output";

  public KerasNode {
    arguments = List.copyOf(arguments);
    options = Map.copyOf(options);
  }

  /** The nodes whose outputs it uses. */
  public Stream<String> inputs() {
    return arguments.stream()
        .filter(KerasCall.Tensor.class::isInstance)
        .map(argument -> ((KerasCall.Tensor) argument).layer());
  }

  /** Whether it is the boundary of an inner model, and outputs its input. */
  public boolean passesOn() {
    return layer.model() != null || layer.isInput() && !arguments.isEmpty();
  }

  /** The node for another output of this call. */
  KerasNode withOutput(String otherId, int output) {
    Map<String, JsonNode> more = new HashMap<>(options);
    more.put(OUTPUT, IntNode.valueOf(output));
    return new KerasNode(otherId, layer, arguments, more, refusal);
  }
}
