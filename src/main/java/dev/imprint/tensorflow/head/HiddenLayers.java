package dev.imprint.tensorflow.head;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.head.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code training.hidden}: layers of a head between the embedding and the
 * softmax.
 *
 * @param units of each layer, in order; none for a linear head
 * @param dropout share of each layer's outputs that a step leaves out at random
 * @param batchNorm whether sums are normalized before the activation; in the end, that is folded
 *     into the weights
 */
public record HiddenLayers(
    List<Integer> units, Activation activation, float dropout, boolean batchNorm) {
  private static final int MOST_LAYERS = 3;
  private static final int MOST_UNITS = 1024;

  /** A linear head. */
  public static final HiddenLayers NONE = new HiddenLayers(List.of(), Activation.RELU, 0.5f, true);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public HiddenLayers {
    unless(
        units.size() <= MOST_LAYERS && units.stream().allMatch(HiddenLayers::isValid),
        "training.hidden.units",
        units,
        "set [] (a linear head), or up to %d layers of 1 to %,d units, such as [256]"
            .formatted(MOST_LAYERS, MOST_UNITS));
    units = List.copyOf(units);
    unless(
        dropout >= 0 && dropout < 1,
        "training.hidden.dropout",
        dropout,
        "set 0 (none) or a rate below 1");
  }

  /** YAML's lists may have gaps. */
  private static boolean isValid(@Nullable Integer units) {
    return units != null && units >= 1 && units <= MOST_UNITS;
  }

  /** The same with other layers. */
  public HiddenLayers withUnits(List<Integer> other) {
    return new HiddenLayers(other, activation, dropout, batchNorm);
  }
}
