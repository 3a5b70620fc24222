package dev.imprint.tensorflow;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Weights as {@code .keras} files keep them: by the layer's class and its number in the file. */
final class ArchiveWeights implements KerasWeights {
  private static final String LAYERS = "layers";

  private final Hdf5 file;

  ArchiveWeights(byte[] hdf5) {
    file = new Hdf5(hdf5);
  }

  @Override
  public float[] read(KerasLayer layer, int index, int... shape) {
    List<String> group = variables(layer);
    checkName(layer, group);
    List<String> steps = Stream.concat(group.stream(), Stream.of(Integer.toString(index))).toList();
    return read(file, layer, file.find(steps), String.join("/", steps), shape);
  }

  /** What both kinds of files check. */
  static float[] read(
      Hdf5 file, KerasLayer layer, @Nullable Node variable, String path, int... shape) {
    if (!(variable instanceof Dataset dataset)) {
      throw refusal(layer, "its weights are missing (%s)".formatted(path));
    }
    if (!Arrays.equals(dataset.getDimensions(), shape)) {
      throw refusal(
          layer,
          "%s has the shape %s, not %s"
              .formatted(path, Arrays.toString(dataset.getDimensions()), Arrays.toString(shape)));
    }
    return file.floats(dataset);
  }

  /** Keras notes the layer's name beside its variables: a check on our counting. */
  private void checkName(KerasLayer layer, List<String> group) {
    for (String name : file.texts(file.find(group), "name")) {
      if (!name.equals(layer.name())) {
        throw refusal(layer, "%s are the weights of '%s'".formatted(String.join("/", group), name));
      }
    }
  }

  private static List<String> variables(KerasLayer layer) {
    List<String> steps = new ArrayList<>(layer.weightsPath());
    steps.add("vars");
    return steps;
  }

  @Override
  public int count(KerasLayer layer) {
    return file.children(variables(layer)).size();
  }

  @Override
  public Set<String> groups() {
    Set<String> groups = new HashSet<>();
    for (String group : file.children(List.of(LAYERS))) {
      if (!file.children(List.of(LAYERS, group, "vars")).isEmpty()
          || !file.children(List.of(LAYERS, group, LAYERS)).isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** An op has none. */
  @Override
  public String group(KerasLayer layer) {
    return layer.weightsPath().isEmpty() ? "" : layer.weightsPath().get(1);
  }

  private static KerasImportException refusal(KerasLayer layer, String problem) {
    return new KerasImportException(
        "%s: %s; the file is broken or of another version of Keras"
            .formatted(layer.label(), problem));
  }

  @Override
  public void close() {
    file.close();
  }
}
