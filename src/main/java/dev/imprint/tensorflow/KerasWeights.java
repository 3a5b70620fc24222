package dev.imprint.tensorflow;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.nio.BufferUnderflowException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weights of a {@code .keras} file. For one thread; whoever opened it closes it. */
final class KerasWeights implements AutoCloseable {
  private final HdfFile file;

  KerasWeights(byte[] hdf5) {
    try {
      file = HdfFile.fromBytes(hdf5);
    } catch (RuntimeException e) { // jHDF throws what the bytes lead it to
      throw new KerasImportException("model.weights.h5 is no HDF5 file: " + e.getMessage(), e);
    }
  }

  /**
   * Reads one variable.
   *
   * @param index of the variable in its layer, in the order in which Keras creates them
   * @param shape that it must have
   * @return its numbers as float32, whatever float type the file keeps, in C order
   */
  float[] read(KerasLayer layer, int index, int... shape) {
    List<String> steps = List.of("layers", layer.weightsKey(), "vars", Integer.toString(index));
    String path = String.join("/", steps);
    try {
      if (!(find(layer, steps) instanceof Dataset variable)) {
        throw refusal(layer, "its weights are missing (%s)".formatted(path));
      }
      if (!Arrays.equals(variable.getDimensions(), shape)) {
        throw refusal(
            layer,
            "%s has the shape %s, not %s"
                .formatted(
                    path, Arrays.toString(variable.getDimensions()), Arrays.toString(shape)));
      }
      return floats(layer, path, variable.getDataFlat());
    } catch (HdfException | IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new KerasImportException(
          "layer '%s': %s cannot be read: %s".formatted(layer.name(), path, e.getMessage()), e);
    }
  }

  /** Null where there is nothing. */
  private @Nullable Node find(KerasLayer layer, List<String> steps) {
    Node node = file;
    for (String step : steps) {
      node = node instanceof Group group ? group.getChild(step) : null;
      if (node == null) {
        return null;
      }
      // A link can lead out of the file, to any other on this machine.
      if (node.isLink()) {
        throw refusal(layer, "%s is a link; links are not followed".formatted(node.getPath()));
      }
      checkName(layer, node);
    }
    return node;
  }

  /** Keras notes the layer's name beside its variables: a check on our counting. */
  private static void checkName(KerasLayer layer, Node node) {
    if (!node.isGroup() || !node.getName().equals("vars")) {
      return;
    }
    Attribute name = node.getAttribute("name");
    if (name != null && !layer.name().equals(name.getData())) {
      throw refusal(layer, "%s are the weights of '%s'".formatted(node.getPath(), name.getData()));
    }
  }

  private static float[] floats(KerasLayer layer, String path, Object data) {
    if (data instanceof float[] floats) {
      return floats;
    }
    if (data instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    throw refusal(layer, "%s holds %s, no floats".formatted(path, data.getClass().getSimpleName()));
  }

  private static KerasImportException refusal(KerasLayer layer, String problem) {
    return new KerasImportException(
        "layer '%s' (%s): %s; the file is broken or of another version of Keras than 3"
            .formatted(layer.name(), layer.className(), problem));
  }

  @Override
  public void close() {
    file.close();
  }
}
