package dev.imprint.rollout;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Sha256;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import dev.imprint.model.backbone.LastLayerAlone;
import dev.imprint.model.backbone.UnaskedBackbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.training.Candidate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Heads, candidates and version records for tests; the same seed gives the same ones. */
public final class Versions {
  public static final String BACKBONE = "backbone-a";
  public static final OpenBackbones OPEN = new OpenBackbones(BACKBONE, null);
  public static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  private static final Metrics METRICS =
      new Metrics(0, 0, 0, 0, 0, List.of(), List.<List<Integer>>of());

  private Versions() {}

  static DenseHead head(String backboneId, int dimension, int classes, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[dimension * classes];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    List<String> labels = IntStream.range(0, classes).mapToObj(c -> "label-" + c).toList();
    return new DenseHead(backboneId, labels, weights, new float[classes]);
  }

  /** Small, for {@link #BACKBONE}. */
  public static DenseHead head(long seed) {
    return head(BACKBONE, 4, 2, seed);
  }

  public static Candidate candidate(DenseHead head, boolean promoted) {
    return new Candidate(
        head,
        List.of(),
        new ModelVersion.Training(1, "cpu", 0.1, Map.of("training", 2), Map.of()),
        new ModelVersion.Judgement(promoted, promoted ? "better" : "worse", METRICS, null, null),
        List.of(
            new Example("image-2", "label-1", "cd", null, AT, Embedding.of(2)),
            new Example("image-1", "label-0", "ab", null, AT, Embedding.of(1))),
        List.of(),
        List.of());
  }

  public static Candidate candidate(long seed) {
    return candidate(head(seed), true);
  }

  /** A record that names an artifact that was never written. */
  public static ModelVersion record(String version, String backboneId, ModelVersion.Artifact head) {
    return new ModelVersion(
        version,
        null,
        AT,
        backboneId,
        List.of("label-0", "label-1"),
        head,
        new ModelVersion.Artifact("ff", 0, List.of()),
        candidate(0).training(),
        candidate(0).judgement());
  }

  static byte[] bytes(DenseHead head) {
    return bytes(head, List.of());
  }

  private static byte[] bytes(DenseHead head, List<DenseHead> folds) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      HeadFile.write(head, folds, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Whether a version's name ends in its head's digest. */
  public static boolean belongs(String version, DenseHead head) {
    return version.endsWith("-" + Sha256.hex(bytes(head)).substring(0, 8));
  }

  /** Whether a version's name ends in its file's digest. */
  public static boolean belongs(String version, HeadFile file) {
    return version.endsWith("-" + Sha256.hex(bytes(file.head(), file.folds())).substring(0, 8));
  }

  /** One of two layers of two numbers each, the last of which has an id of its own. */
  public record LayeredBackbone(String id, String idOfLast) implements UnaskedBackbone {
    @Override
    public int dimension() {
      return 4;
    }

    @Override
    public EmbeddingLayers layers() {
      return new EmbeddingLayers(List.of(new Layer("early", 2), new Layer("late", 2)));
    }

    @Override
    public Backbone lastLayerAlone() {
      return new LastLayerAlone(this, idOfLast);
    }
  }

  /** A backbone with an id and a size, which is all that heads are checked against. */
  public record NamedBackbone(String id, int dimension) implements UnaskedBackbone {}
}
