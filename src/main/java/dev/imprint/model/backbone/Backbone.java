package dev.imprint.model.backbone;

import dev.imprint.model.head.DenseHead;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pretrained network up to its embedding. Thread-safe; the caller that opened it must close it,
 * when no call is in progress.
 */
public interface Backbone extends AutoCloseable {
  /** SHA-256 (hex) over the network's file and its description; embeddings of two ids never mix. */
  String id();

  /**
   * The {@link #id()} of the untouched network, if layers of this one have been trained further;
   * otherwise its own.
   */
  default String trunkId() {
    return id();
  }

  /** Whether layers of it have been trained further. */
  default boolean isTuned() {
    return !trunkId().equals(id());
  }

  /**
   * Whether it was opened beside the service's own backbones, for a model that closes it in the
   * end; its embeddings are not kept.
   */
  default boolean isExtra() {
    return isTuned();
  }

  /** The backbone that this one is a part of; otherwise itself. */
  default Backbone whole() {
    return this;
  }

  /**
   * Opens the same network with the weights of some layers replaced, ready for batches of any size.
   * It has an id of its own, {@link #decoder()} is this one's, and the caller must close it before
   * this one.
   *
   * @param weights of the layers that have been trained further, as a version's artifact has them
   * @throws IOException if they do not fit this network, or there is no memory for a second one
   */
  default Backbone tuned(byte[] weights) throws IOException {
    throw new IOException("this network cannot take other weights");
  }

  /** Length of an embedding. */
  int dimension();

  /** The layers that make up an embedding. */
  default EmbeddingLayers layers() {
    return EmbeddingLayers.ofOne(dimension());
  }

  /**
   * Its last layer alone, as a backbone that shares this one's network; null if it has no other.
   */
  default @Nullable Backbone lastLayerAlone() {
    return null;
  }

  /** The ids of the heads' backbones that it can stand for: its own, then its last layer's. */
  default List<String> ids() {
    Backbone last = lastLayerAlone();
    return last == null ? List.of(id()) : List.of(id(), last.id());
  }

  /** This backbone or its last layer alone, whichever has this id; null if neither has. */
  default @Nullable Backbone withId(String id) {
    Backbone last = lastLayerAlone();
    return id.equals(id()) ? this : last != null && id.equals(last.id()) ? last : null;
  }

  /** Turns an image file into this backbone's input pixels; closed with the backbone. */
  ImageDecoder decoder();

  /** How many pictures go through the network at once; a larger batch takes several passes. */
  default int mostAPass() {
    return Integer.MAX_VALUE;
  }

  /** The precision that it computes with: fp32 or bf16. */
  default String precision() {
    return "fp32";
  }

  /** Whether its precision is left open, and this machine has instructions for bf16. */
  default boolean offersBf16() {
    return false;
  }

  /**
   * Opens the same network in bf16, ready for batches of any size, for heads that were trained on
   * this one. {@link #decoder()} is this one's, and the caller must close it before this one.
   *
   * @return null if {@link #offersBf16()} is false
   * @throws IOException if there is no memory for a second network
   * @throws IllegalArgumentException if its embeddings differ too much
   */
  default @Nullable Backbone inBf16() throws IOException {
    return null;
  }

  /**
   * Computes one embedding of {@link #dimension()} numbers for each image, in order.
   *
   * @param images at least one, all made by {@link #decoder()}
   * @throws RuntimeException if the device or the network fails; never because of an image's
   *     content
   */
  float[][] embed(List<Pixels> images);

  /**
   * The same, but each image's numbers depend on that image alone, to the bit: on a CPU, an image
   * goes through the network by itself, since rounding depends on the rest of its batch.
   */
  default float[][] embedEach(List<Pixels> images) {
    return images.stream().map(image -> embed(List.of(image))[0]).toArray(float[][]::new);
  }

  /**
   * The network's own classification head, which can serve before one is trained; null if it has
   * none, or its labels are unknown.
   */
  default @Nullable DenseHead classifier() {
    return null;
  }

  @Override
  void close();
}
