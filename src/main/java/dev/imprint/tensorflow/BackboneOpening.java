package dev.imprint.tensorflow;

import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.TunedWeights;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a Keras file to a running network.
 *
 * @param budget of the pictures that its decoder reads
 * @param top weights that replace the file's, before batch norms are folded; null for none
 */
record BackboneOpening(
    BackboneDescription description,
    PictureBudget budget,
    TensorFlowConfig config,
    BatchNorms batchNorms,
    @Nullable TunedTop top) {

  /** To serve with the file's weights. */
  static BackboneOpening serving(
      BackboneDescription description, PictureBudget budget, TensorFlowConfig config) {
    return new BackboneOpening(description, budget, config, BatchNorms.FOLDED, null);
  }

  BackboneOpening with(BackboneDescription other) {
    return new BackboneOpening(other, budget, config, batchNorms, top);
  }

  /**
   * @throws KerasImportException if the file cannot be rebuilt, or bf16 changes the embeddings
   * @throws IllegalArgumentException if the file does not exist, or the device is not available
   */
  KerasBackbone open() {
    try {
      return open(description.network());
    } catch (KerasImportException e) {
      throw new KerasImportException(description.file() + ": " + e.getMessage(), e);
    }
  }

  /** The same, with the network's file. */
  KerasBackbone open(byte[] file) {
    TensorFlowRuntime.requireDevice(config);
    BackboneOpening its = with(description.withLayers(file));
    List<String> ids = its.ids(file);
    KerasBackbone backbone = its.build(ids, file);
    if (description.precision() == Precision.BF16) {
      boolean done = false;
      try (KerasBackbone exact = its.with(its.description.exactEmbeddings()).build(ids, file)) {
        Bf16Comparison.require(exact, backbone);
        done = true;
      } finally {
        if (!done) {
          backbone.close();
        }
      }
    }
    return backbone;
  }

  private List<String> ids(byte[] file) {
    List<String> pretrained = description.ids(file);
    if (top == null) {
      return pretrained;
    }
    if (!top.backboneId().equals(pretrained.get(0))) {
      throw new IllegalArgumentException(
          "the fine-tuned weights are for the backbone %s, not for %s"
              .formatted(top.backboneId(), pretrained.get(0)));
    }
    return List.of(KerasBackbone.id(top)); // its heads take all layers
  }

  /**
   * Builds it without comparing it with another precision.
   *
   * @param ids of the backbone, and of its last layer alone if it has several
   */
  KerasBackbone build(List<String> ids, byte[] file) {
    GraphSession session = new GraphSession(config.networkSession(description.precision()));
    TensorFlowImageDecoder decoder = null;
    boolean done = false; // not only an exception may end it: memory may not suffice
    try (KerasFile keras = KerasFile.open(file).with(top)) {
      KerasGraph network = KerasGraph.build(session.ops(), description, keras, batchNorms);
      if (keras.weights() instanceof TunedWeights tuned) {
        tuned.refuseUnread();
      }
      DenseHead classifier =
          hasClassifier()
              ? ClassificationHead.read(ids.get(0), description, keras, network.layers())
              : null;
      decoder = new TensorFlowImageDecoder(description.pictureInput(), budget, config);
      KerasBackbone backbone =
          new KerasBackbone(ids, this, file.length, session, network, decoder, classifier);
      backbone.warmUp(1);
      done = true;
      return backbone;
    } finally {
      if (!done) {
        if (decoder != null) {
          decoder.close();
        }
        session.close();
      }
    }
  }

  /** The file's own head was made for the pretrained weights. */
  private boolean hasClassifier() {
    return top == null && !description.labels().isEmpty();
  }
}
