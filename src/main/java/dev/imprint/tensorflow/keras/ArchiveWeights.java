package dev.imprint.tensorflow.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Weights as stored in {@code .keras} files: by the layer's class and its number in the file. Keras
 * 2 names the groups that hold layers differently, and skips numbers after layers with weights.
 */
final class ArchiveWeights implements KerasWeights {
  private static final String LAYERS = "layers";

  private static final String KERAS_2_LAYERS = "_layer_checkpoint_dependencies";
  private static final Pattern NUMBERED = Pattern.compile("(.+?)(?:_(\\d{1,5}))?");

  private final Hdf5 file;

  /** Maps groups, as they would be named here, to their names in the file. */
  private final Map<List<String>, List<String>> found = new HashMap<>();

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

  /** The checks for both kinds of files. */
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

  /** Keras stores the layer's name next to its variables: a check on our counting. */
  private void checkName(KerasLayer layer, List<String> group) {
    String own = layer.config().path("name").asText(layer.name());
    for (String name : file.texts(file.find(group), "name")) {
      if (!name.equals(own)) {
        throw refusal(
            layer, "%s holds the weights of '%s'".formatted(String.join("/", group), name));
      }
    }
  }

  private List<String> variables(KerasLayer layer) {
    List<String> steps = new ArrayList<>(inFile(layer.weightsPath()));
    steps.add("vars");
    return steps;
  }

  private List<String> inFile(List<String> path) {
    if (path.isEmpty()) {
      return path;
    }
    List<String> known = found.get(path);
    if (known == null) {
      int last = path.size() - 1;
      List<String> group = inFile(path.subList(0, last));
      known = Stream.concat(group.stream(), Stream.of(child(group, path.get(last)))).toList();
      found.put(List.copyOf(path), known);
    }
    return known;
  }

  private String child(List<String> group, String name) {
    List<String> children = file.children(group);
    if (name.equals(LAYERS)) {
      return children.contains(KERAS_2_LAYERS) ? KERAS_2_LAYERS : name;
    }
    if (!group.isEmpty() && group.get(group.size() - 1).equals(KERAS_2_LAYERS)) {
      Matcher wanted = match(name);
      int number = wanted.group(2) == null ? 0 : Integer.parseInt(wanted.group(2));
      return children.stream()
          .filter(child -> match(child).group(1).equals(wanted.group(1)))
          .sorted(
              Comparator.comparingInt(
                  child ->
                      match(child).group(2) == null ? 0 : Integer.parseInt(match(child).group(2))))
          .skip(number)
          .findFirst()
          .orElse(name);
    }
    // Keras 2, and some layers of Keras 3, store their parts under private names.
    return !children.contains(name) && children.contains("_" + name) ? "_" + name : name;
  }

  private static Matcher match(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    if (!matcher.matches()) {
      throw new KerasImportException(
          "'%s' is not a valid name for a layer's weights".formatted(name));
    }
    return matcher;
  }

  @Override
  public long numbers(KerasLayer layer) {
    return layer.weightsPath().isEmpty() ? 0 : file.numbers(inFile(layer.weightsPath()));
  }

  @Override
  public int count(KerasLayer layer) {
    return file.children(variables(layer)).size();
  }

  @Override
  public Set<String> groups() {
    Set<String> groups = new HashSet<>();
    String layers = child(List.of(), LAYERS);
    for (String group : file.children(List.of(layers))) {
      if (file.numbers(List.of(layers, group)) > 0) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** An op has no group. */
  @Override
  public String group(KerasLayer layer) {
    return layer.weightsPath().isEmpty() ? "" : inFile(layer.weightsPath()).get(1);
  }

  private static KerasImportException refusal(KerasLayer layer, String problem) {
    return new KerasImportException(
        "%s: %s; the file is damaged or from another version of Keras"
            .formatted(layer.label(), problem));
  }

  @Override
  public void close() {
    file.close();
  }
}
