package dev.imprint.tensorflow;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call of one layer in a network whose models have been taken apart.
 *
 * @param id no other has it
 * @param arguments constants, and tensors whose {@code layer} is the id of a node (call and output
 *     are 0)
 * @param refusal why it cannot be built
 */
record KerasNode(
    String id,
    KerasLayer layer,
    List<KerasCall.Argument> arguments,
    @Nullable KerasImportException refusal) {
  KerasNode {
    arguments = List.copyOf(arguments);
  }

  /** The nodes whose outputs it takes. */
  Stream<String> inputs() {
    return arguments.stream()
        .filter(KerasCall.Tensor.class::isInstance)
        .map(argument -> ((KerasCall.Tensor) argument).layer());
  }

  /** Whether it stands for the border of an inner model, and gives what it takes. */
  boolean passesOn() {
    return layer.model() != null || layer.isInput() && !arguments.isEmpty();
  }
}
