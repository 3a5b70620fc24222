package dev.imprint.tensorflow;

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

  @Override
  void close();
}
