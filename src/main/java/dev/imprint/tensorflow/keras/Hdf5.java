package dev.imprint.tensorflow.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.DataLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An untrusted HDF5 file: no link is followed, and nothing is unpacked before the file is known to
 * be large enough to hold it. Not thread-safe; the creator must close it.
 */
final class Hdf5 implements AutoCloseable {
  private static final int DEEPEST = 100;

  private final HdfFile file;
  private final long size;
  private long bytesLeft;

  Hdf5(byte[] bytes) {
    file = guarded("the file is not an HDF5 file", () -> HdfFile.fromBytes(bytes));
    size = bytes.length;
    // Each number once for the network and once for a head: many names for the same data, or many
    // layers that share a name, would unpack a small file into a large one.
    bytesLeft = 2 * size;
  }

  /** The node at this path from the root; null if there is none. */
  @Nullable Node find(List<String> names) {
    return guarded(
        String.join("/", names) + " cannot be read",
        () -> {
          Node node = file;
          for (String name : names) {
            node = node instanceof Group group ? group.getChild(name) : null;
            if (node == null) {
              return null;
            }
            // A link can lead out of the file, to any other file on this machine.
            if (node.isLink()) {
              throw new KerasImportException(
                  "%s is a link; links are not followed: save the model again"
                      .formatted(node.getPath()));
            }
          }
          return node;
        });
  }

  /** Names of a group's children; empty if it is not a group. */
  List<String> children(List<String> names) {
    Node node = find(names);
    return node instanceof Group group
        ? guarded(
            String.join("/", names) + " cannot be read",
            () -> List.copyOf(group.getChildren().keySet()))
        : List.of();
  }

  /** How many numbers a group holds, including its subgroups. */
  long numbers(List<String> group) {
    long numbers = 0;
    for (String child : children(group)) {
      List<String> steps = Stream.concat(group.stream(), Stream.of(child)).toList();
      if (steps.size() > DEEPEST) {
        throw new KerasImportException(
            String.join("/", steps) + " is nested too deeply; the file is damaged");
      }
      numbers += find(steps) instanceof Dataset data ? count(data) : numbers(steps);
    }
    return numbers;
  }

  static long count(Dataset dataset) {
    double count = 1;
    for (int size : dataset.getDimensions()) {
      count *= size;
    }
    return (long) Math.min(count, Integer.MAX_VALUE); // no file holds more
  }

  /** A node's texts under this name, or under the parts that Keras splits long lists into. */
  List<String> texts(@Nullable Node node, String name) {
    if (node == null) {
      return List.of();
    }
    return guarded(
        "the attribute %s of %s cannot be read".formatted(name, node.getPath()),
        () -> {
          List<String> texts = new ArrayList<>(texts(node.getAttribute(name)));
          for (int i = 0; texts.isEmpty() || i > 0; i++) {
            Attribute part = node.getAttribute(name + i);
            if (part == null) {
              break;
            }
            texts.addAll(texts(part));
          }
          return texts;
        });
  }

  private List<String> texts(@Nullable Attribute attribute) {
    if (attribute == null
        || attribute.isEmpty()
        || !(attribute.getDataType() instanceof StringData
            || attribute.getDataType() instanceof VariableLength)) {
      return List.of();
    }
    requireRoom(attribute.getName(), attribute.getDimensions(), attribute.getDataType().getSize());
    Object data = attribute.getData();
    if (data instanceof String text) {
      return List.of(text);
    }
    return data instanceof String[] texts ? Arrays.asList(texts) : List.of();
  }

  /** The numbers of a dataset in C order, whatever float type the file uses. */
  float[] floats(Dataset dataset) {
    return guarded(
        dataset.getPath() + " cannot be read",
        () -> {
          int each = dataset.getDataType().getSize();
          long bytes = requireRoom(dataset.getPath(), dataset.getDimensions(), each);
          bytesLeft -= bytes;
          boolean plain =
              bytesLeft >= 0
                  && dataset.getDataType() instanceof FloatingPoint
                  && dataset.getDataLayout() != DataLayout.CHUNKED;
          float[] floats = plain ? asFloats(dataset.getDataFlat()) : new float[0];
          if (!plain || (long) floats.length * each != bytes) {
            throw new KerasImportException(
                ("%s is not stored the way Keras stores weights (contiguous floats, each once):"
                            + " save the")
                        .formatted(dataset.getPath())
                    + " model again");
          }
          return floats;
        });
  }

  private long requireRoom(String name, int[] dimensions, int bytesEach) {
    double bytes = bytesEach;
    for (int dimension : dimensions) {
      bytes *= dimension;
    }
    if (!(bytes >= 0) || bytes > size) {
      throw new KerasImportException(
          "%s claims the shape %s, more than the whole file of %d bytes holds; it is damaged"
              .formatted(name, Arrays.toString(dimensions), size));
    }
    return (long) bytes;
  }

  private static float[] asFloats(Object data) {
    if (data instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    return data instanceof float[] floats ? floats : new float[0];
  }

  /**
   * On corrupt bytes, jHDF throws all kinds of exceptions, and follows cycles until the stack
   * overflows.
   */
  private static <T extends @Nullable Object> T guarded(String problem, Supplier<T> read) {
    try {
      return read.get();
    } catch (KerasImportException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KerasImportException(problem + "; the file is damaged: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new KerasImportException(problem + "; the file is damaged: it has a loop", e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
