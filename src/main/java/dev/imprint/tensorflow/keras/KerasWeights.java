package dev.imprint.tensorflow.keras;

import java.util.Set;
import java.util.TreeSet;

/** The weights of a Keras file. Not thread-safe; the creator must close it. */
public interface KerasWeights extends AutoCloseable {
  /**
   * Reads one variable.
   *
   * @param index of the variable in its layer, in the order in which Keras creates them
   * @param shape required
   * @return its numbers as float32, whatever float type the file uses, in C order
   * @throws KerasImportException if it is missing or has another shape
   */
  float[] read(KerasLayer layer, int index, int... shape);

  /**
   * A variable's name among all of a network's: its layer's {@link KerasLayer#weightsPath}, and its
   * index there.
   */
  static String name(KerasLayer layer, int index) {
    return String.join("/", layer.weightsPath()) + "/" + index;
  }

  /** How many variables the file holds for a layer. */
  int count(KerasLayer layer);

  /** How many numbers the file holds for a layer and its parts, whether they can be read or not. */
  long numbers(KerasLayer layer);

  /** The outermost model's layers that the file holds variables for, by their names in the file. */
  Set<String> groups();

  /** The file's name for one of the outermost model's layers. */
  String group(KerasLayer layer);

  /**
   * @throws KerasImportException if the file holds weights for more layers than the model has
   */
  default void refuseSurplus(KerasModel model) {
    Set<String> surplus = new TreeSet<>(groups());
    model.layers().values().stream().map(this::group).forEach(surplus::remove);
    if (!surplus.isEmpty()) {
      throw new KerasImportException(
          "the file has weights for %s, which its configuration does not have; it is damaged"
                  .formatted(surplus)
              + " or combined from two files: save the model again");
    }
  }

  @Override
  void close();
}
