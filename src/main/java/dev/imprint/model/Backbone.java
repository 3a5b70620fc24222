package dev.imprint.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pretrained network up to its embedding. Safe for use by several threads at once; whoever opened
 * it closes it, when no call is under way.
 */
public interface Backbone extends AutoCloseable {
  /** SHA-256 (hex) over the network's file and its description; embeddings of two ids never mix. */
  String id();

  /** How many numbers an embedding has. */
  int dimension();

  /** Makes of a picture the pixels that it takes; closed with the backbone. */
  ImageDecoder decoder();

  /** The numbers that it computes with: fp32 or bf16. */
  default String precision() {
    return "fp32";
  }

  /**
   * Computes one embedding of {@link #dimension()} numbers for each image, in order.
   *
   * @param images at least one, all made by {@link #decoder()}
   * @throws RuntimeException if the device or the network fails; never because of what an image
   *     shows
   */
  float[][] embed(List<Pixels> images);

  /**
   * The network's own classification head, which can serve before one is trained; null where it has
   * none, or none of its labels are known.
   */
  default @Nullable LinearHead classifier() {
    return null;
  }

  @Override
  void close();
}
