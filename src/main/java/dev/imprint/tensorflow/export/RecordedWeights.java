package dev.imprint.tensorflow.export;

import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasWeights;
import dev.imprint.tensorflow.keras.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Remembers every variable that building a network reads, under the groups that Keras 3 stores it
 * in, whatever the form of the file. Not thread-safe; closes the file's.
 */
final class RecordedWeights implements KerasWeights {
  private final KerasWeights file;
  private final Map<List<String>, SortedMap<Integer, Weight>> read = new LinkedHashMap<>();

  RecordedWeights(KerasWeights file) {
    this.file = file;
  }

  /** The variables of a layer and its parts, by the path of their groups below the layer's. */
  Map<List<String>, SortedMap<Integer, Weight>> of(KerasLayer layer) {
    List<String> path = layer.weightsPath();
    Map<List<String>, SortedMap<Integer, Weight>> own = new LinkedHashMap<>();
    read.forEach(
        (group, weights) -> {
          if (group.size() >= path.size() && group.subList(0, path.size()).equals(path)) {
            own.put(group.subList(path.size(), group.size()), weights);
          }
        });
    return own;
  }

  @Override
  public float[] read(KerasLayer layer, int index, int... shape) {
    float[] values = file.read(layer, index, shape);
    read.computeIfAbsent(layer.weightsPath(), path -> new TreeMap<>())
        .put(index, new Weight(values, shape));
    return values;
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
