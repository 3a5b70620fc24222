package dev.imprint.leader;

import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.StoredImages;
import dev.imprint.buffer.UnlabelledPicture;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Score;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.tensorflow.SelfTestPictures;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times the backbone that heads are trained for in both precisions, and lets the serving head
 * answer bundled pictures and some of the buffer's, with and without labels, both ways.
 *
 * @param buffer of that backbone
 * @param initial head that serves until something is rolled out; null for none
 * @param nanoTime for timing batches
 */
public record BufferPrecisionTrial(
    Buffer buffer,
    ModelStore store,
    Backbone backbone,
    @Nullable HeadFile initial,
    ServingConfig serving,
    Clock clock,
    LongSupplier nanoTime)
    implements PrecisionTrial {
  private static final Logger LOG = LoggerFactory.getLogger(BufferPrecisionTrial.class);

  /** Among fewer, other load may slow all batches of one precision down. */
  private static final int ROUNDS = 20;

  /** More gain as much by bf16, but an image that comes meanwhile waits for longer. */
  private static final int TIMED_TOGETHER = 8;

  /** Decoded anew beside serving; among 500, chance alone may change 0.5 % of the answers. */
  private static final int MOST_PICTURES = 2_000;

  @Override
  public boolean isDue(Models models) {
    PrecisionChoice choice = models.precision();
    return backbone.offersBf16()
        && (choice == null || !choice.isFor(backbone.id()))
        && headId(models) != null
        && buffer.caughtUp()
        && buffer.snapshot().examples().size() + buffer.unlabelled().size()
            >= Bf16Findings.LEAST_PICTURES;
  }

  /** Id of the backbone or part of it that the serving head takes; null if it takes another one. */
  private @Nullable String headId(Models models) {
    ModelVersion version = models.serving();
    String id =
        models.rollout() == null
            ? (initial == null ? null : initial.head().backboneId())
            : version == null || version.network() != null ? null : version.backboneId();
    return id == null || backbone.withId(id) == null ? null : id;
  }

  @Override
  public @Nullable PrecisionChoice run(Models models) throws IOException, InterruptedException {
    ModelVersion version = models.serving();
    HeadFile file = version == null ? initial : store.head(version);
    if (file == null) {
      return null;
    }
    Backbone fast;
    try {
      fast = backbone.inBf16();
    } catch (IllegalArgumentException e) {
      String reason = "bf16 does not suit this backbone: " + e.getMessage();
      return new PrecisionChoice(backbone.id(), PrecisionChoice.FP32, reason, clock.instant());
    }
    try (fast) {
      return fast == null ? null : choice(fast, file.head());
    }
  }

  private @Nullable PrecisionChoice choice(Backbone fast, DenseHead head)
      throws IOException, InterruptedException {
    Bf16Findings times = times(fast);
    if (!times.isWorthIt()) {
      return times.choice(backbone.id(), clock.instant());
    }
    LOG.info("Comparing the answers of the serving head in bf16 with those in fp32");
    List<Pair> pairs = new ArrayList<>(bundled(fast));
    pairs.addAll(buffered(fast));
    if (pairs.size() < Bf16Findings.LEAST_PICTURES) {
      return null;
    }
    long changed =
        pairs.stream()
            .filter(pair -> !Objects.equals(answer(head, pair.exact()), answer(head, pair.fast())))
            .count();
    return new Bf16Findings(
            times.images(), times.fp32(), times.bf16(), pairs.size(), Math.toIntExact(changed))
        .choice(backbone.id(), clock.instant());
  }

  /** A picture's embedding in both precisions. */
  private record Pair(Embedding exact, Embedding fast) {}

  /** In turn, so that other load slows both down; the fastest batches count. */
  private Bf16Findings times(Backbone fast) throws InterruptedException {
    int size = Math.min(TIMED_TOGETHER, serving.maxBatch());
    List<Pixels> batch = Collections.nCopies(size, bundledPixels().get(0));
    long fp32 = Long.MAX_VALUE;
    long bf16 = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      fp32 = Math.min(fp32, nanos(backbone, batch));
      bf16 = Math.min(bf16, nanos(fast, batch));
    }
    return new Bf16Findings(batch.size(), Duration.ofNanos(fp32), Duration.ofNanos(bf16), 0, 0);
  }

  /** Of one batch; rests for as long afterwards, for serving. */
  private long nanos(Backbone timed, List<Pixels> batch) throws InterruptedException {
    long start = nanoTime.getAsLong();
    timed.embed(batch);
    long took = nanoTime.getAsLong() - start;
    TimeUnit.NANOSECONDS.sleep(took);
    return took;
  }

  private List<Pixels> bundledPixels() {
    List<Pixels> pixels = new ArrayList<>();
    try {
      for (byte[] file : SelfTestPictures.files()) {
        pixels.add(backbone.decoder().decode(file));
      }
    } catch (IOException | RejectedException e) {
      throw new IllegalStateException(
          "the bundled pictures cannot be read (%s)".formatted(e.getMessage()), e);
    }
    return pixels;
  }

  private List<Pair> bundled(Backbone fast) {
    List<Pixels> pixels = bundledPixels();
    float[][] exact = backbone.embedEach(pixels);
    float[][] other = fast.embedEach(pixels);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < exact.length; i++) {
      pairs.add(
          new Pair(
              Embedding.of(exact[i], backbone.layers()),
              Embedding.of(other[i], backbone.layers())));
    }
    return pairs;
  }

  private List<Pair> buffered(Backbone fast) throws IOException, InterruptedException {
    List<Example> examples = some(buffer.snapshot().examples(), Example::sha256, MOST_PICTURES);
    List<UnlabelledPicture> others =
        some(buffer.unlabelled(), UnlabelledPicture::sha256, MOST_PICTURES - examples.size());
    Map<Object, Embedding> exact = new HashMap<>();
    examples.forEach(example -> exact.put(example.imageId(), example.embedding()));
    others.forEach(picture -> exact.put(picture.at(), picture.embedding()));
    List<Pair> pairs = new ArrayList<>();
    for (Example seen : buffer.pictures().seenBy(fast, examples, waiting -> {})) {
      pairs.add(pair(exact.get(seen.imageId()), seen.embedding()));
    }
    StoredImages images = new StoredImages(store.clients(), store.topics().images());
    for (UnlabelledPicture seen : images.embed(fast, others, new HashMap<>())) {
      pairs.add(pair(exact.get(seen.at()), seen.embedding()));
    }
    return pairs;
  }

  private static Pair pair(@Nullable Embedding exact, Embedding fast) {
    return new Pair(Objects.requireNonNull(exact), fast); // each was asked for
  }

  /** Digests order them at random, but always in the same way. */
  private static <T> List<T> some(List<T> all, Function<T, String> sha256, int most) {
    return all.stream().sorted(Comparator.comparing(sha256)).limit(most).toList();
  }

  /** The label of the prediction; null if it is not confident enough. */
  private @Nullable String answer(DenseHead head, Embedding embedding) {
    float[] numbers =
        head.backboneId().equals(backbone.id()) ? embedding.numbers() : embedding.lastLayer();
    Score best = head.top(head.probabilities(numbers), 1).get(0);
    return best.confidence() >= serving.threshold() ? best.label() : null;
  }
}
