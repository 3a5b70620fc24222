package dev.imprint.tensorflow;

import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.InBf16;
import dev.imprint.model.backbone.LastLayerAlone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.session.FreeMemory;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * A backbone rebuilt from a Keras file, in a graph and a session of its own, with its decoder.
 * Thread-safe; {@link #close} waits for active passes through the network, and later ones fail. The
 * creator must close it.
 */
public final class KerasBackbone implements Backbone {
  /**
   * On a GPU, the first batch of a size takes seconds, in which algorithms are compared; on a CPU,
   * as long as any other.
   */
  private static final List<Integer> GPU_WARM_UP = List.of(24, 8);

  /**
   * A larger pass is no faster on a CPU (with two threads: from 8 images on), but takes more memory
   * for activations.
   */
  private static final int IMAGES_A_PASS_AND_THREAD = 4;

  /** Half-precision weights in the file become constants in fp32, and their copies while built. */
  private static final int MEMORY_PER_FILE = 6;

  /** For the activations of a full batch, in bytes. */
  private static final long MEMORY_TO_RUN = 256L << 20;

  private final String id;
  private final BackboneOpening opening;
  private final long fileBytes;
  private final GraphSession session;
  private final KerasGraph network;
  private final EmbeddingLayers layers;
  private final @Nullable Backbone lastLayerAlone;
  private final TensorFlowImageDecoder decoder;
  private final @Nullable DenseHead classifier;
  private final boolean onGpu;
  private final int mostAPass;
  private final boolean offersBf16;

  /**
   * @param ids its own, and that of its last layer alone if it has several
   * @param fileBytes size of the network's file
   */
  KerasBackbone(
      List<String> ids,
      BackboneOpening opening,
      long fileBytes,
      GraphSession session,
      KerasGraph network,
      TensorFlowImageDecoder decoder,
      @Nullable DenseHead classifier) {
    this.id = ids.get(0);
    this.opening = opening;
    this.fileBytes = fileBytes;
    this.session = session;
    this.network = network;
    this.layers = layers(opening.description(), network);
    this.decoder = decoder;
    this.lastLayerAlone = ids.size() == 1 ? null : new LastLayerAlone(this, ids.get(1));
    this.classifier = classifier;
    this.onGpu = TensorFlowRuntime.device(opening.config()).equals("gpu");
    this.mostAPass =
        onGpu
            ? Integer.MAX_VALUE
            : IMAGES_A_PASS_AND_THREAD * TensorFlowRuntime.threads(opening.config());
    this.offersBf16 =
        opening.description().precision() == Precision.AUTO
            && opening.top() == null
            && !onGpu
            && TensorFlowRuntime.hasBf16Instructions();
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
    return BackboneOpening.serving(description, budget, config).open();
  }

  /** The same with the default limits. */
  public static KerasBackbone open(BackboneDescription description, TensorFlowConfig config) {
    return open(description, PictureBudget.of(ImageLimits.DEFAULT), config);
  }

  /**
   * The same with the weights of its last layers replaced by fine-tuned ones, before batch norms
   * are folded. Its id is another, and it has no classification head.
   *
   * @throws IllegalArgumentException if the weights were tuned for another backbone
   */
  public static KerasBackbone open(
      BackboneDescription description,
      PictureBudget budget,
      TensorFlowConfig config,
      TunedTop top) {
    return new BackboneOpening(description, budget, config, BatchNorms.FOLDED, top).open();
  }

  /** The id of a backbone with fine-tuned weights. */
  public static String id(TunedTop top) {
    return TopFile.digest(top);
  }

  static KerasBackbone open(
      BackboneDescription description, TensorFlowConfig config, BatchNorms batchNorms) {
    PictureBudget budget = PictureBudget.of(ImageLimits.DEFAULT);
    return new BackboneOpening(description, budget, config, batchNorms, null).open();
  }

  private static EmbeddingLayers layers(BackboneDescription description, KerasGraph network) {
    List<String> names = description.embeddingLayers();
    return new EmbeddingLayers(
        IntStream.range(0, names.size())
            .mapToObj(i -> new Layer(names.get(i), HeadGraph.channels(network.layers().get(i))))
            .toList());
  }

  /** Runs it on so many black pictures. */
  void warmUp(int batch) {
    InputSize size = opening.description().inputSize();
    float[] black = new float[size.height() * size.width() * Pixels.CHANNELS];
    try {
      embed(Collections.nCopies(batch, new Pixels(size.height(), size.width(), black)));
    } catch (RuntimeException e) {
      throw new KerasImportException(
          "the network was built, but fails on a black picture: " + e.getMessage(), e);
    }
  }

  BackboneDescription description() {
    return opening.description();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String trunkId() {
    TunedTop top = opening.top();
    return top == null ? id : top.backboneId();
  }

  @Override
  public KerasBackbone tuned(byte[] weights) throws IOException {
    TunedTop top = TopFile.read(new ByteArrayInputStream(weights));
    requireMemory();
    KerasBackbone tuned = null;
    boolean done = false;
    try {
      tuned = open(described(top), opening.budget(), opening.config(), top);
      if (onGpu) {
        GPU_WARM_UP.forEach(tuned::warmUp);
      }
      done = true;
      return tuned;
    } catch (RuntimeException e) {
      throw new IOException("its network cannot be opened: " + e.getMessage(), e);
    } finally {
      if (!done && tuned != null) {
        tuned.close();
      }
    }
  }

  /** For weights that were tuned before layers were added, the last layer alone. */
  private BackboneDescription described(TunedTop top) {
    boolean last = lastLayerAlone != null && lastLayerAlone.id().equals(top.backboneId());
    return last ? opening.description().lastLayerAlone() : opening.description();
  }

  @Override
  public int mostAPass() {
    return mostAPass;
  }

  @Override
  public String precision() {
    return opening.description().precision().ofHeads().toString();
  }

  @Override
  public boolean offersBf16() {
    return offersBf16;
  }

  @Override
  public @Nullable Backbone inBf16() throws IOException {
    if (!offersBf16) {
      return null;
    }
    requireMemory();
    BackboneDescription description = opening.description().embeddings(Precision.BF16);
    KerasBackbone fast = null;
    boolean done = false;
    try {
      fast = opening.with(description).build(ids(), file(description));
      Bf16Comparison.require(this, fast);
      done = true;
      return new InBf16(this, fast);
    } finally {
      if (!done && fast != null) {
        fast.close();
      }
    }
  }

  private static byte[] file(BackboneDescription description) throws IOException {
    try {
      return description.network();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void requireMemory() throws IOException {
    FreeMemory.require(fileBytes * MEMORY_PER_FILE + MEMORY_TO_RUN, "a second network");
  }

  @Override
  public @Nullable DenseHead classifier() {
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
    float[][] embeddings = new float[images.size()][dimension()];
    int from = 0;
    for (int size : passes(embeddings.length, mostAPass)) {
      int to = from + size;
      embed(images.subList(from, to), Arrays.asList(embeddings).subList(from, to));
      from = to;
    }
    return embeddings;
  }

  /** Sizes of as few passes as possible, of about the same size each. */
  static int[] passes(int images, int most) {
    int count = -Math.floorDiv(-images, most);
    return IntStream.range(0, count)
        .map(i -> images * (i + 1) / count - images * i / count)
        .toArray();
  }

  /** In one pass through the network. */
  private void embed(List<Pixels> images, List<float[]> embeddings) {
    try (TFloat32 pixels = KerasGraph.batch(opening.description().inputSize(), images);
        Result result =
            session.runner().feed(network.pixels(), pixels).fetch(network.embedding()).run()) {
      FloatDataBuffer values = result.get(0).asRawTensor().data().asFloats();
      for (int i = 0; i < embeddings.size(); i++) {
        values.offset((long) i * dimension()).read(embeddings.get(i));
      }
    }
  }

  /** A GPU does not give the same bits each time, so it takes the images together. */
  @Override
  public float[][] embedEach(List<Pixels> images) {
    return onGpu ? embed(images) : Backbone.super.embedEach(images);
  }

  @Override
  public void close() {
    decoder.close();
    session.close();
  }
}
