package dev.imprint.inference;

import java.util.List;

/**
 * What the model takes and returns.
 *
 * @param versions that may be asked for: the one that serves
 */
record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<Tensor> inputs,
    List<Tensor> outputs) {
  private static final List<Tensor> PICTURE =
      List.of(new Tensor(PictureTensor.NAME, PictureTensor.BYTES, List.of(1)));

  /**
   * @param shape by dimension; -1 where it varies
   */
  record Tensor(String name, String datatype, List<Integer> shape) {}

  static ModelMetadata of(String name, String version) {
    return new ModelMetadata(name, List.of(version), "imprint", PICTURE, InferenceResponse.OUTPUTS);
  }
}
