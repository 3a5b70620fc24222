package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.InBf16;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.model.head.DenseHead;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class BufferPrecisionTrialTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final int LABELLED = 190;
  private static final int UNLABELLED = 20;

  /** Answers whether a number is over 100. */
  private static final HeadFile HEAD =
      new HeadFile(
          "head-1",
          new DenseHead(
              "signed", List.of("low", "high"), new float[] {-1, 1}, new float[] {100, -100}),
          List.of());

  @TempDir Path data;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private TestRegistry registry;

  /**
   * Embeds a picture as its number; a bundled picture counts as 0. Its double in bf16 sees numbers
   * up to a bound as higher than they are.
   */
  private class Signed implements Backbone {
    private final long batchNanos;
    private final int raised;
    private final @Nullable Signed bf16;

    Signed(long batchNanos, int raised, @Nullable Signed bf16) {
      this.batchNanos = batchNanos;
      this.raised = raised;
      this.bf16 = bf16;
    }

    @Override
    public String id() {
      return "signed";
    }

    @Override
    public int dimension() {
      return 1;
    }

    @Override
    public ImageDecoder decoder() {
      TestDecoder decoder =
          image -> new Pixels(1, 1, new float[] {image.length > 9 ? 0 : number(image), 0, 0});
      return decoder;
    }

    @Override
    public boolean offersBf16() {
      return bf16 != null;
    }

    @Override
    public @Nullable Backbone inBf16() {
      open.incrementAndGet();
      return bf16 == null ? null : new InBf16(this, bf16);
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      nanos.addAndGet(batchNanos);
      return images.stream()
          .map(image -> image.values()[0])
          .map(number -> new float[] {number > 100 - raised && number <= 100 ? 101 : number})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private static int number(byte[] image) {
    return Integer.parseInt(new String(image, UTF_8));
  }

  @BeforeEach
  void createTopics() throws Exception {
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 1);
  }

  @Test
  void shouldChooseBf16IfTheServingHeadGivesTheSameAnswers() throws Exception {
    Signed backbone = new Signed(160, 0, new Signed(100, 1, null)); // 1 of 213 changes

    PrecisionChoice choice = choice(backbone, HEAD);

    assertThat(choice.precision()).isEqualTo("bf16");
    assertThat(choice.backboneId()).isEqualTo("signed");
    assertThat(choice.reason()).contains("1.6 times as fast").contains("1 of 213 answers");
    assertThat(open).as("networks left open").hasValue(0);
  }

  @Test
  void shouldStayWithFp32IfTooManyAnswersChange() throws Exception {
    Signed backbone = new Signed(160, 0, new Signed(100, 2, null));

    PrecisionChoice choice = choice(backbone, HEAD);

    assertThat(choice.precision()).isEqualTo("fp32");
    assertThat(choice.reason()).contains("would change 2 of 213 answers");
  }

  @Test
  void shouldNotEvenCompareIfBf16GainsNothing() throws Exception {
    Signed slow = new Signed(160, 0, new Signed(150, 2, null));

    PrecisionChoice choice = choice(slow, HEAD);

    assertThat(choice.precision()).isEqualTo("fp32");
    assertThat(choice.reason()).contains("gain nothing");
  }

  @Test
  void shouldStayWithFp32IfTheEmbeddingsDifferTooMuch() throws Exception {
    Signed unsuited =
        new Signed(160, 0, new Signed(100, 0, null)) {
          @Override
          public Backbone inBf16() {
            throw new IllegalArgumentException("cosine 0.5");
          }
        };

    PrecisionChoice choice = choice(unsuited, HEAD);

    assertThat(choice.precision()).isEqualTo("fp32");
    assertThat(choice.reason()).isEqualTo("bf16 does not suit this backbone: cosine 0.5");
  }

  @Test
  void shouldStopMeasuringWhenItIsInterrupted() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    Signed measured =
        new Signed(160, 0, new Signed(100, 0, null)) {
          @Override
          public float[][] embed(List<Pixels> images) {
            batches.incrementAndGet();
            Thread.currentThread().interrupt(); // as a leadership that ends does
            return super.embed(images);
          }
        };
    try (Buffer buffer = buffer(new Signed(1, 0, null))) {
      BufferPrecisionTrial trial = trial(buffer, measured, HEAD);

      assertThatThrownBy(() -> trial.run(Models.EMPTY)).isInstanceOf(InterruptedException.class);
    }
    assertThat(batches).hasValue(1);
    assertThat(open).as("networks left open").hasValue(0);
  }

  @Test
  void shouldOnlyTryWhatIsLeftOpenAndOnceThereIsAHeadAndEnoughPictures() throws Exception {
    Signed open = new Signed(160, 0, new Signed(100, 0, null));
    try (Buffer buffer = buffer(open)) {
      PrecisionChoice made = new PrecisionChoice("signed", "fp32", "", Versions.AT);
      PrecisionChoice other = new PrecisionChoice("other", "fp32", "", Versions.AT);

      assertThat(trial(buffer, open, HEAD).isDue(Models.EMPTY)).as("no pictures").isFalse();
      fill();
      await().until(() -> trial(buffer, open, HEAD).isDue(Models.EMPTY));
      assertThat(trial(buffer, open, null).isDue(Models.EMPTY)).as("no head").isFalse();
      assertThat(trial(buffer, new Signed(1, 0, null), HEAD).isDue(Models.EMPTY)).isFalse();
      assertThat(trial(buffer, open, HEAD).isDue(chosen(made))).as("chosen").isFalse();
      assertThat(trial(buffer, open, HEAD).isDue(chosen(other))).isTrue();
    }
  }

  private static Models chosen(PrecisionChoice choice) {
    Models none = Models.EMPTY;
    return new Models(List.of(), null, null, none.labelChanges(), choice, none.unreadable());
  }

  private PrecisionChoice choice(Signed backbone, HeadFile head) throws Exception {
    fill();
    try (Buffer buffer = buffer(backbone)) {
      BufferPrecisionTrial trial = trial(buffer, backbone, head);
      await()
          .until(
              () ->
                  buffer.snapshot().examples().size() == LABELLED
                      && buffer.unlabelled().size() == UNLABELLED);
      return Objects.requireNonNull(trial.run(Models.EMPTY));
    }
  }

  private BufferPrecisionTrial trial(Buffer buffer, Backbone backbone, @Nullable HeadFile head) {
    return new BufferPrecisionTrial(
        buffer,
        registry.store,
        backbone,
        head,
        ServingConfig.DEFAULTS,
        TestRegistry.CLOCK,
        nanos::get);
  }

  private Buffer buffer(Backbone backbone) {
    BufferConfig config = BufferConfig.DEFAULTS;
    Buffer buffer =
        new Buffer(
            config,
            registry.store.clients(),
            registry.store.topics(),
            new EmbeddingSource(Backbones.of(backbone), data),
            BufferMetrics.NOOP);
    buffer.start();
    return buffer;
  }

  /** Numbers from 0, the last of which have no label. */
  private void fill() throws Exception {
    Topics topics = registry.store.topics();
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(1_000_000)) {
      for (int number = 0; number < LABELLED; number++) {
        String id = "image-" + number;
        byte[] image = Integer.toString(number).getBytes(UTF_8);
        Claim claim = new Claim(topics.images(), 0, number, Sha256.hex(image));
        Label label = new Label(id, "low", claim, null, "anna", Versions.AT, claim);
        producer.send(record(topics.pictures(), id, image));
        producer.send(record(topics.labels(), id, Json.encode(label)));
      }
      for (int number = LABELLED; number < LABELLED + UNLABELLED; number++) {
        byte[] image = Integer.toString(number).getBytes(UTF_8);
        producer.send(record(topics.images(), "recent-" + number, image));
      }
      producer.flush();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
  }
}
