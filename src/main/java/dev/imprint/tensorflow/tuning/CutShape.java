package dev.imprint.tensorflow.tuning;

import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;

/**
 * The output of a network's frozen part for a view of a picture: the tensors that pass the cut, in
 * half precision, and the features of the embedding layers before it, in full. A record of it holds
 * them in this order, in the machine's byte order.
 *
 * @param passing shapes of the tensors; the first axis is the batch's
 * @param features how many numbers each embedding layer before the cut gives, pooled
 */
record CutShape(List<Shape> passing, List<Integer> features) {
  private static final int HALF = 2;

  CutShape {
    passing = List.copyOf(passing);
    features = List.copyOf(features);
  }

  /** Size of each part of a record. */
  int[] parts() {
    return Stream.concat(
            passing.stream().map(shape -> Math.multiplyExact(HALF, numbers(shape))),
            features.stream().map(count -> Float.BYTES * count))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int numbers(Shape shape) {
    return Math.toIntExact(shape.tail().size());
  }

  /** Size of a record. */
  int bytes() {
    int bytes = 0;
    for (int part : parts()) {
      bytes = Math.addExact(bytes, part);
    }
    return bytes;
  }
}
