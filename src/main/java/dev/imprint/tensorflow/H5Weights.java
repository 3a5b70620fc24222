package dev.imprint.tensorflow;

import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights as {@code .h5} files keep them: a group for each layer of the outermost model, whose
 * attribute {@code weight_names} says where its variables lie and in which order. A model inside it
 * has one group for all its layers, told apart by their names.
 */
final class H5Weights implements KerasWeights {
  private static final String GROUP = "model_weights";
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
    List<String> steps = steps(layer);
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
    for (String group : file.children(root)) {
      List<String> steps = new ArrayList<>(root);
      steps.add(group);
      if (!group.equals(OWN) && !file.texts(file.find(steps), WEIGHT_NAMES).isEmpty()) {
        groups.add(group);
      }
    }
    return root.isEmpty() ? Set.of() : groups; // without a group of their own others lie among them
  }

  @Override
  public String group(KerasLayer layer) {
    return layer.path();
  }

  private List<String> names(KerasLayer layer) {
    return weightNames.computeIfAbsent(layer.path(), path -> find(layer));
  }

  private List<String> find(KerasLayer layer) {
    List<String> all = file.texts(file.find(steps(layer)), WEIGHT_NAMES);
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

  private List<String> steps(KerasLayer layer) {
    List<String> steps = new ArrayList<>(root);
    steps.add(layer.path().split("/", 2)[0]);
    return steps;
  }

  @Override
  public void close() {
    file.close();
  }
}
