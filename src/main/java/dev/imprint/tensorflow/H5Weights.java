package dev.imprint.tensorflow;

import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights as {@code .h5} files keep them: a group for each layer of the outermost model, whose
 * attribute {@code weight_names} says where its variables lie and in which order. A model inside it
 * has one group for all its layers, told apart by their names.
 */
final class H5Weights implements KerasWeights {
  private static final String GROUP = "model_weights";

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
    List<String> steps = group(layer);
    String name = index < names.size() ? names.get(index) : "weight " + index;
    steps.addAll(Arrays.asList(name.split("/")));
    Node variable = index < names.size() ? file.find(steps) : null;
    return ArchiveWeights.read(file, layer, variable, String.join("/", steps), shape);
  }

  @Override
  public int count(KerasLayer layer) {
    return names(layer).size();
  }

  private List<String> names(KerasLayer layer) {
    return weightNames.computeIfAbsent(layer.path(), path -> find(layer));
  }

  private List<String> find(KerasLayer layer) {
    List<String> all = file.texts(file.find(group(layer)), "weight_names");
    String[] path = layer.path().split("/");
    if (path.length == 1) {
      return all;
    }
    // Keras writes as much of the path as it knew when it made the variable: the longest fit wins.
    List<String> best = List.of();
    for (int from = path.length - 1; from >= 0; from--) {
      String end = String.join("/", Arrays.asList(path).subList(from, path.length));
      List<String> fitting = all.stream().filter(name -> owner(name).endsWith("/" + end)).toList();
      best = fitting.isEmpty() ? best : fitting;
    }
    return best;
  }

  /** {@code /backbone/conv1} of {@code backbone/conv1/kernel:0}. */
  private static String owner(String weightName) {
    return "/" + weightName.substring(0, Math.max(0, weightName.lastIndexOf('/')));
  }

  private List<String> group(KerasLayer layer) {
    List<String> steps = new ArrayList<>(root);
    steps.add(layer.path().split("/", 2)[0]);
    return steps;
  }

  @Override
  public void close() {
    file.close();
  }
}
