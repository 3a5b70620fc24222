package dev.imprint.tensorflow.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights as stored in {@code .h5} files: a group for each layer of the outermost model, whose
 * attribute {@code weight_names} lists its variables in order. An inner model has one group for all
 * its layers, distinguished by their names.
 */
final class H5Weights implements KerasWeights {
  private static final String GROUP = "model_weights";
  private static final String LAYER_NAMES = "layer_names";
  private static final String WEIGHT_NAMES = "weight_names";

  /** Variables of the model itself, which networks of layers do not have. */
  private static final String OWN = "top_level_model_weights";

  private final Hdf5 file;
  private final List<String> root;
  private final Map<String, List<String>> weightNames = new HashMap<>();

  H5Weights(Hdf5 file) {
    this.file = file;
    root = file.find(List.of(GROUP)) == null ? List.of() : List.of(GROUP);
  }

  @Override
  public float[] read(KerasLayer layer, int index, int... shape) {
    List<String> names = names(layer);
    List<String> steps = steps(group(layer));
    String name = index < names.size() ? names.get(index) : "weight " + index;
    steps.addAll(Arrays.asList(name.split("/")));
    Node variable = index < names.size() ? file.find(steps) : null;
    return ArchiveWeights.read(file, layer, variable, String.join("/", steps), shape);
  }

  @Override
  public int count(KerasLayer layer) {
    return names(layer).size();
  }

  @Override
  public Set<String> groups() {
    Set<String> groups = new HashSet<>();
    for (String group : file.texts(file.find(root), LAYER_NAMES)) {
      if (!group.equals(OWN) && !file.texts(file.find(steps(group)), WEIGHT_NAMES).isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  @Override
  public String group(KerasLayer layer) {
    return layer.names().get(0);
  }

  @Override
  public long numbers(KerasLayer layer) {
    long numbers = 0;
    for (String name : names(layer)) {
      List<String> steps = steps(group(layer));
      steps.addAll(Arrays.asList(name.split("/")));
      numbers += file.find(steps) instanceof Dataset data ? Hdf5.count(data) : 0;
    }
    return numbers;
  }

  private List<String> names(KerasLayer layer) {
    return weightNames.computeIfAbsent(layer.path(), path -> find(layer));
  }

  private List<String> find(KerasLayer layer) {
    List<String> all = file.texts(file.find(steps(group(layer))), WEIGHT_NAMES);
    int depth = layer.names().size();
    if (depth == 1) {
      return all;
    }
    // Keras writes as much of the path as it knew when it created the variable: a full match wins,
    // then the longest one, since 'block1/conv' ends in 'conv', too.
    List<String> best = List.of();
    List<String> whole = List.of();
    for (int from = depth - 1; from >= 0; from--) {
      String end = "/" + String.join("/", layer.names().subList(from, depth));
      List<String> fitting = all.stream().filter(name -> owner(name).endsWith(end)).toList();
      List<String> exact = fitting.stream().filter(name -> owner(name).equals(end)).toList();
      best = fitting.isEmpty() ? best : fitting;
      whole = exact.isEmpty() ? whole : exact;
    }
    return whole.isEmpty() ? best : whole;
  }

  /** Returns {@code /backbone/conv1} for {@code backbone/conv1/kernel:0}. */
  private static String owner(String weightName) {
    return "/" + weightName.substring(0, Math.max(0, weightName.lastIndexOf('/')));
  }

  /** The group of a layer of the outermost model; a slash in its name makes two groups of it. */
  private List<String> steps(String group) {
    List<String> steps = new ArrayList<>(root);
    steps.addAll(Arrays.asList(group.split("/")));
    return steps;
  }

  @Override
  public void close() {
    file.close();
  }
}
