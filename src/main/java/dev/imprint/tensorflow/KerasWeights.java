package dev.imprint.tensorflow;

import java.util.Set;
import java.util.TreeSet;

/** The weights of a Keras file. For one thread; whoever opened it closes it. */
interface KerasWeights extends AutoCloseable {
  /**
   * Reads one variable.
   *
   * @param index of the variable in its layer, in the order in which Keras creates them
   * @param shape that it must have
   * @return its numbers as float32, whatever float type the file keeps, in C order
   * @throws KerasImportException if it is missing or of another shape
   */
  float[] read(KerasLayer layer, int index, int... shape);

  /** How many variables the file holds for a layer. */
  int count(KerasLayer layer);

  /** How many numbers the file holds for a layer and all that is in it, known to be read or not. */
  long numbers(KerasLayer layer);

  /** The outermost model's layers, as the file names them, that it holds variables for. */
  Set<String> groups();

  /** How the file names one of the outermost model's layers. */
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
