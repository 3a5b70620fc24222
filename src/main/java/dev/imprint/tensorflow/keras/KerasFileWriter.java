package dev.imprint.tensorflow.keras;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a {@link FunctionalModel} as a {@code .keras} file. */
public final class KerasFileWriter {
  /** Keras 3 reads the files of all its earlier releases. */
  private static final String METADATA = "{\"keras_version\": \"3.0.0\"}";

  private KerasFileWriter() {}

  /**
   * Writes the part of the model between an input and an output.
   *
   * @param to replaced if it exists
   * @param scratch a path for the weights, which are written as a file of their own first; whoever
   *     calls deletes it
   */
  public static void write(
      FunctionalModel model, KerasCall.Tensor input, KerasCall.Tensor output, Path to, Path scratch)
      throws IOException {
    List<ObjectNode> layers = model.layers(output);
    writeWeights(model, layers, scratch);
    byte[] config = FunctionalModel.config(layers, input, output).toString().getBytes(UTF_8);
    try (OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.NO_COMPRESSION); // as Keras does; weights hardly get smaller
      zip.putNextEntry(new ZipEntry(KerasArchive.METADATA));
      zip.write(METADATA.getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry(KerasArchive.CONFIG));
      zip.write(config);
      zip.putNextEntry(new ZipEntry(KerasArchive.WEIGHTS));
      Files.copy(scratch, zip);
    }
  }

  private static void writeWeights(FunctionalModel model, List<ObjectNode> layers, Path to)
      throws IOException {
    try (WritableHdfFile file = HdfFile.write(to)) {
      Map<List<String>, WritableGroup> groups = new HashMap<>(Map.of(List.of(), file));
      Map<String, Integer> seen = new HashMap<>();
      for (ObjectNode layer : layers) {
        String className = KerasClass.of(layer);
        if (className.startsWith(KerasClass.OP)) {
          continue; // Keras does not count them
        }
        String number = KerasClass.counted(className, seen);
        model
            .weights(layer.get("name").asText())
            .forEach((part, weights) -> write(groups, List.of("layers", number), part, weights));
      }
    } catch (HdfException e) {
      String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new IOException("the weights cannot be written: " + reason, e);
    }
  }

  private static void write(
      Map<List<String>, WritableGroup> groups,
      List<String> layer,
      List<String> part,
      SortedMap<Integer, Weight> weights) {
    // An empty group at the end of the file would be damaged: jHDF 0.13 writes its own name after
    // the last numbers, over whatever is there.
    if (!weights.isEmpty()) {
      List<String> path = new ArrayList<>(layer);
      path.addAll(part);
      path.add("vars");
      WritableGroup variables = group(groups, path);
      weights.forEach(
          (index, weight) -> variables.putDataset(Integer.toString(index), nested(weight)));
    }
  }

  private static WritableGroup group(Map<List<String>, WritableGroup> groups, List<String> path) {
    WritableGroup known = groups.get(path);
    if (known == null) {
      int last = path.size() - 1;
      known = group(groups, path.subList(0, last)).putGroup(path.get(last));
      groups.put(List.copyOf(path), known);
    }
    return known;
  }

  /** As an array of arrays, which is how jHDF takes a shape. */
  private static Object nested(Weight weight) {
    if (weight.shape().length == 0) {
      return (int) weight.values()[0]; // only counters are scalars
    }
    Object array = Array.newInstance(float.class, weight.shape());
    fill(array, weight.values(), 0);
    return array;
  }

  /** Returns the position after the last number taken. */
  private static int fill(Object array, float[] values, int from) {
    if (array instanceof float[] row) {
      System.arraycopy(values, from, row, 0, row.length);
      return from + row.length;
    }
    int at = from;
    for (Object inner : (Object[]) array) {
      at = fill(inner, values, at);
    }
    return at;
  }
}
