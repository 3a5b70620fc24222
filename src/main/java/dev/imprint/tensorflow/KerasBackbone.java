package dev.imprint.tensorflow;

import dev.imprint.model.Backbone;
import dev.imprint.model.EmbeddingLayers;
import dev.imprint.model.EmbeddingLayers.Layer;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.LastLayerAlone;
import dev.imprint.model.LinearHead;
import dev.imprint.model.Pixels;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * A backbone rebuilt from a Keras file, in a graph and a session of its own, with its decoder.
 * Thread-safe; {@link #close} waits for running calls, and later ones fail. The creator must close
 * it.
 */
public final class KerasBackbone implements Backbone {
  private final String id;
  private final BackboneDescription description;
  private final GraphSession session;
  private final KerasGraph network;
  private final EmbeddingLayers layers;
  private final @Nullable Backbone lastLayerAlone;
  private final TensorFlowImageDecoder decoder;
  private final @Nullable LinearHead classifier;
  private final boolean onGpu;

  private KerasBackbone(
      List<String> ids,
      BackboneDescription description,
      GraphSession session,
      KerasGraph network,
      TensorFlowImageDecoder decoder,
      @Nullable LinearHead classifier,
      boolean onGpu) {
    this.id = ids.get(0);
    this.description = description;
    this.session = session;
    this.network = network;
    this.layers = layers(description, network);
    this.decoder = decoder;
    this.lastLayerAlone = ids.size() == 1 ? null : new LastLayerAlone(this, ids.get(1));
    this.classifier = classifier;
    this.onGpu = onGpu;
  }

  /**
   * Reads the network, builds it with its batch norms folded, and runs it once, so that the first
   * image does not wait for TensorFlow to warm up. With bf16, its embeddings of a few pictures are
   * compared with those in fp32.
   *
   * @param budget of the pictures that its decoder reads, shared with other backbones
   * @throws KerasImportException if the file cannot be rebuilt, or bf16 changes the embeddings
   * @throws IllegalArgumentException if the file does not exist, or the device is not available
   */
  public static KerasBackbone open(
      BackboneDescription description, PictureBudget budget, TensorFlowConfig config) {
    return open(description, budget, config, KerasGraph.BatchNorms.FOLDED);
  }

  /** The same with the default limits. */
  public static KerasBackbone open(BackboneDescription description, TensorFlowConfig config) {
    return open(description, PictureBudget.of(ImageLimits.DEFAULT), config);
  }

  static KerasBackbone open(
      BackboneDescription description, TensorFlowConfig config, KerasGraph.BatchNorms batchNorms) {
    return open(description, PictureBudget.of(ImageLimits.DEFAULT), config, batchNorms);
  }

  private static KerasBackbone open(
      BackboneDescription description,
      PictureBudget budget,
      TensorFlowConfig config,
      KerasGraph.BatchNorms batchNorms) {
    try {
      return open(description, description.network(), budget, config, batchNorms);
    } catch (KerasImportException e) {
      throw new KerasImportException(description.file() + ": " + e.getMessage(), e);
    }
  }

  static KerasBackbone open(
      BackboneDescription described,
      byte[] file,
      PictureBudget budget,
      TensorFlowConfig config,
      KerasGraph.BatchNorms batchNorms) {
    TensorFlowRuntime.requireDevice(config);
    BackboneDescription description = described.withLayers(file);
    KerasBackbone backbone = build(description, file, budget, config, batchNorms);
    if (description.precision() == Precision.BF16) {
      try (KerasBackbone exact =
          build(description.exactEmbeddings(), file, budget, config, batchNorms)) {
        Bf16Comparison.require(exact, backbone);
      } catch (RuntimeException e) {
        backbone.close();
        throw e;
      }
    }
    return backbone;
  }

  private static KerasBackbone build(
      BackboneDescription description,
      byte[] file,
      PictureBudget budget,
      TensorFlowConfig config,
      KerasGraph.BatchNorms batchNorms) {
    List<String> ids =
        description.ids(file); // unpacks the file, so it comes before it is opened below
    GraphSession session = new GraphSession(config.networkSession(description.precision()));
    TensorFlowImageDecoder decoder = null;
    try (KerasFile keras = KerasFile.open(file)) {
      KerasGraph network = KerasGraph.build(session.ops(), description, keras, batchNorms);
      LinearHead classifier =
          description.labels().isEmpty()
              ? null
              : ClassificationHead.read(ids.get(0), description, keras, network.layers());
      decoder = new TensorFlowImageDecoder(description.pictureInput(), budget, config);
      KerasBackbone backbone =
          new KerasBackbone(
              ids,
              description,
              session,
              network,
              decoder,
              classifier,
              TensorFlowRuntime.device(config).equals("gpu"));
      backbone.warmUp();
      return backbone;
    } catch (RuntimeException e) {
      if (decoder != null) {
        decoder.close();
      }
      session.close();
      throw e;
    }
  }

  private static EmbeddingLayers layers(BackboneDescription description, KerasGraph network) {
    List<String> names = description.embeddingLayers();
    return new EmbeddingLayers(
        IntStream.range(0, names.size())
            .mapToObj(i -> new Layer(names.get(i), HeadGraph.channels(network.layers().get(i))))
            .toList());
  }

  private void warmUp() {
    InputSize size = description.inputSize();
    float[] black = new float[size.height() * size.width() * Pixels.CHANNELS];
    try {
      embed(List.of(new Pixels(size.height(), size.width(), black)));
    } catch (RuntimeException e) {
      throw new KerasImportException(
          "the network was built, but fails on a black picture: " + e.getMessage(), e);
    }
  }

  BackboneDescription description() {
    return description;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String precision() {
    return description.precision().toString();
  }

  @Override
  public @Nullable LinearHead classifier() {
    return classifier;
  }

  @Override
  public int dimension() {
    return network.dimension();
  }

  @Override
  public EmbeddingLayers layers() {
    return layers;
  }

  @Override
  public @Nullable Backbone lastLayerAlone() {
    return lastLayerAlone;
  }

  @Override
  public ImageDecoder decoder() {
    return decoder;
  }

  @Override
  public float[][] embed(List<Pixels> images) {
    try (TFloat32 pixels = batch(images);
        Result result =
            session.runner().feed(network.pixels(), pixels).fetch(network.embedding()).run()) {
      FloatDataBuffer values = result.get(0).asRawTensor().data().asFloats();
      float[][] embeddings = new float[images.size()][dimension()];
      for (int i = 0; i < embeddings.length; i++) {
        values.offset((long) i * dimension()).read(embeddings[i]);
      }
      return embeddings;
    }
  }

  /** A GPU does not give the same bits each time, so it takes the images together. */
  @Override
  public float[][] embedEach(List<Pixels> images) {
    return onGpu ? embed(images) : Backbone.super.embedEach(images);
  }

  /** n × height × width × 3; the caller must close it. */
  private TFloat32 batch(List<Pixels> images) {
    InputSize size = description.inputSize();
    for (Pixels image : images) {
      if (image.height() != size.height() || image.width() != size.width()) {
        throw new IllegalArgumentException(
            "the image is %d × %d, but the backbone takes %d × %d"
                .formatted(image.height(), image.width(), size.height(), size.width()));
      }
    }
    long each = (long) size.height() * size.width() * Pixels.CHANNELS;
    Shape shape = Shape.of(images.size(), size.height(), size.width(), Pixels.CHANNELS);
    return TFloat32.tensorOf(
        shape,
        tensor -> {
          FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
          for (int i = 0; i < images.size(); i++) {
            values.offset(i * each).write(images.get(i).values());
          }
        });
  }

  @Override
  public void close() {
    decoder.close();
    session.close();
  }
}
