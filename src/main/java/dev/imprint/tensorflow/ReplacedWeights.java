package dev.imprint.tensorflow;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file's weights, except for some layers that have learned since. Closes the file's.
 *
 * @param replaced by the layers' paths; in Keras' order, kernel before bias
 */
record ReplacedWeights(KerasWeights file, Map<String, List<Weight>> replaced)
    implements KerasWeights {
  ReplacedWeights {
    replaced = Map.copyOf(replaced);
  }

  @Override
  public float[] read(KerasLayer layer, int index, int... shape) {
    List<Weight> own = replaced.get(layer.path());
    if (own == null || index >= own.size()) {
      return file.read(layer, index, shape);
    }
    Weight weight = own.get(index);
    if (!Arrays.equals(weight.shape(), shape)) {
      throw new KerasImportException(
          "%s: the new value of weight %d has the shape %s, not %s"
              .formatted(
                  layer.label(), index, Arrays.toString(weight.shape()), Arrays.toString(shape)));
    }
    return weight.values().clone(); // folding a norm changes them
  }

  @Override
  public int count(KerasLayer layer) {
    return file.count(layer);
  }

  @Override
  public long numbers(KerasLayer layer) {
    return file.numbers(layer);
  }

  @Override
  public Set<String> groups() {
    return file.groups();
  }

  @Override
  public String group(KerasLayer layer) {
    return file.group(layer);
  }

  @Override
  public void close() {
    file.close();
  }
}
