package dev.imprint.tensorflow.keras;

import dev.imprint.model.TunedTop;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The weights of a Keras file, with those of its last layers replaced by fine-tuned ones. */
public final class TunedWeights implements KerasWeights {
  private final KerasWeights pretrained;
  private final Map<String, TunedTop.Weight> tuned = new HashMap<>();
  private final Set<String> unread = new TreeSet<>();

  /**
   * @param pretrained closed with this
   */
  TunedWeights(KerasWeights pretrained, TunedTop top) {
    this.pretrained = pretrained;
    top.weights().forEach(weight -> tuned.put(weight.name(), weight));
    unread.addAll(tuned.keySet());
  }

  @Override
  public float[] read(KerasLayer layer, int index, int... shape) {
    String name = KerasWeights.name(layer, index);
    TunedTop.Weight weight = tuned.get(name);
    if (weight == null) {
      return pretrained.read(layer, index, shape);
    }
    unread.remove(name);
    int[] its = weight.shape().stream().mapToInt(Integer::intValue).toArray();
    if (!Arrays.equals(its, shape)) {
      throw new KerasImportException(
          "%s has the shape %s, but the fine-tuned weights have %s for it"
              .formatted(layer.label(), Arrays.toString(shape), weight.shape()));
    }
    return weight.values().clone(); // callers fold batch norms in place
  }

  /**
   * @throws KerasImportException if there are weights that no layer has read
   */
  public void refuseUnread() {
    if (!unread.isEmpty()) {
      throw new KerasImportException(
          "the fine-tuned weights have %s, which the network does not have up to its embedding"
              .formatted(unread));
    }
  }

  @Override
  public int count(KerasLayer layer) {
    return pretrained.count(layer);
  }

  @Override
  public long numbers(KerasLayer layer) {
    return pretrained.numbers(layer);
  }

  @Override
  public Set<String> groups() {
    return pretrained.groups();
  }

  @Override
  public String group(KerasLayer layer) {
    return pretrained.group(layer);
  }

  @Override
  public void close() {
    pretrained.close();
  }
}
