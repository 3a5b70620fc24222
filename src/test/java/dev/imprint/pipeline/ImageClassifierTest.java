package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ImageClassifierTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

  private final ExecutorService decoding = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    decoding.shutdown();
  }

  @Test
  void shouldGiveEachImageOfABatchItsOwnPrediction() {
    List<Classification> outcomes = classifier(batch -> {}).classify(inputs("7", "8", "9"));

    assertThat(outcomes).extracting(this::describe).containsExactly("odd", "even", "odd");
    assertThat(outcomes)
        .extracting(o -> ((Classification.Predicted) o).prediction().claim().offset())
        .containsExactly(100L, 101L, 102L);
  }

  @Test
  void shouldRejectABrokenImageAndPredictTheGoodOnesAroundIt() {
    List<Classification> outcomes = classifier(batch -> {}).classify(inputs("1", "x", "2"));

    assertThat(outcomes).extracting(this::describe).containsExactly("odd", "broken_image", "even");
  }

  @Test
  void shouldCountTheImagesThatHadLostTheirEnd() {
    TestDecoder evenAreCut =
        image -> {
          Pixels pixels = ParityModel.DECODER.decode(image);
          return pixels.values()[0] == 0 ? pixels.asRecovered() : pixels;
        };
    AtomicInteger recovered = new AtomicInteger();
    PipelineMetrics metrics =
        new PipelineMetrics.Noop() {
          @Override
          public void recovered() {
            recovered.incrementAndGet();
          }
        };

    List<Classification> outcomes =
        classifier(evenAreCut, batch -> {}, metrics).classify(inputs("1", "2", "x", "4"));

    assertThat(outcomes)
        .extracting(this::describe)
        .containsExactly("odd", "even", "broken_image", "even");
    assertThat(recovered).hasValue(2);
  }

  @Test
  void shouldTryAFailingBatchImageByImageAndRejectOnlyTheOneAtFault() {
    Consumer<List<Pixels>> failsOnOdd =
        batch -> {
          if (batch.stream().anyMatch(p -> p.values()[0] == 1)) {
            throw new IllegalStateException("odd");
          }
        };

    List<Classification> outcomes = classifier(failsOnOdd).classify(inputs("2", "3", "4"));

    assertThat(outcomes).extracting(this::describe).containsExactly("even", "model_failed", "even");
  }

  @Test
  void shouldRejectALoneImageOnWhichAHealthyModelFails() {
    Consumer<List<Pixels>> failsOnOdd =
        batch -> {
          if (batch.stream().anyMatch(p -> p.values()[0] == 1)) {
            throw new IllegalStateException("odd");
          }
        };

    List<Classification> outcomes = classifier(failsOnOdd).classify(inputs("3"));

    assertThat(outcomes).extracting(this::describe).containsExactly("model_failed");
  }

  @Test
  void shouldRejectNothingIfTheDeviceIsLostHalfwayThroughTheBatch() {
    AtomicInteger calls = new AtomicInteger();
    Consumer<List<Pixels>> lostAfterOne =
        batch -> {
          if (batch.size() > 1 || calls.incrementAndGet() > 1) {
            throw new IllegalStateException("the device is lost");
          }
        };

    assertThatThrownBy(() -> classifier(lostAfterOne).classify(inputs("1", "2", "3")))
        .hasMessageContaining("the device is lost");
  }

  @Test
  void shouldTakeTheModelForBrokenIfEveryImageFails() {
    Consumer<List<Pixels>> fails =
        batch -> {
          throw new IllegalStateException("the device is lost");
        };

    assertThatThrownBy(() -> classifier(fails).classify(inputs("1", "2")))
        .hasMessageContaining("the device is lost");
    assertThatThrownBy(() -> classifier(fails).classify(inputs("1")))
        .hasMessageContaining("the device is lost");
  }

  @Test
  void shouldRejectAPictureOnWhichTheDecoderItselfFails() {
    TestDecoder fails =
        image -> {
          if (image[0] == '3') {
            throw new ArrayIndexOutOfBoundsException(-1);
          }
          return ParityModel.DECODER.decode(image);
        };

    List<Classification> outcomes = classifier(fails, batch -> {}).classify(inputs("2", "3", "4"));

    assertThat(outcomes).extracting(this::describe).containsExactly("even", "broken_image", "even");
  }

  @Test
  void shouldTakeADecoderForBrokenThatFailsOnABlankImageToo() {
    TestDecoder broken =
        image -> {
          throw new IllegalStateException("the session is closed");
        };

    assertThatThrownBy(() -> classifier(broken, batch -> {}).classify(inputs("1", "2")))
        .hasMessageContaining("the session is closed");
  }

  @Test
  void shouldNotTryAnErrorAgain() {
    List<Integer> sizes = new ArrayList<>();
    Consumer<List<Pixels>> outOfMemory =
        batch -> {
          sizes.add(batch.size());
          throw new OutOfMemoryError("physical memory");
        };

    assertThatThrownBy(() -> classifier(outOfMemory).classify(inputs("1", "2")))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(sizes).containsExactly(2);
  }

  @Test
  void shouldTakeTheModelForBrokenIfItAnswersWithNotANumber() {
    TestDecoder notANumber = image -> new Pixels(1, 1, new float[] {Float.NaN, 0, 0});

    assertThatThrownBy(() -> classifier(notANumber, batch -> {}).classify(inputs("1", "2")))
        .hasMessageContaining("not finite");
  }

  /** Backbones take pixels of different sizes: the decoder must use the serving backbone's. */
  @Test
  void shouldDecodeForTheBackboneThatServesAfterASwap() {
    List<String> decoded = new ArrayList<>();
    ServingModel old = ParityModel.serving(new ParityModel(noting(decoded, "old"), batch -> {}));
    ServingModel next = ParityModel.serving(new ParityModel(noting(decoded, "next"), batch -> {}));
    AtomicReference<ServingModel> serving = new AtomicReference<>(old);
    ImageClassifier classifier =
        new ImageClassifier(
            () -> Lease.of(requireNonNull(serving.get())),
            decoding,
            ServingConfig.DEFAULTS,
            PipelineMetrics.NOOP,
            CLOCK,
            SamplingConfig.DEFAULTS);

    classifier.classify(inputs("1"));
    serving.set(next);
    classifier.classify(inputs("2"));

    assertThat(decoded).containsExactly("old", "next");
  }

  private static TestDecoder noting(List<String> decoded, String name) {
    return image -> {
      decoded.add(name);
      return ParityModel.DECODER.decode(image);
    };
  }

  @Test
  void shouldSayWhichLabelsTheModelCouldNotLearn() {
    ServingModel learned = ParityModel.serving(new ParityModel(ParityModel.DECODER, batch -> {}));
    ServingModel model =
        new ServingModel(learned.version(), learned.backbone(), learned.head(), List.of("prime"));
    ImageClassifier classifier =
        new ImageClassifier(
            () -> Lease.of(model),
            decoding,
            ServingConfig.DEFAULTS,
            PipelineMetrics.NOOP,
            CLOCK,
            SamplingConfig.DEFAULTS);

    List<Classification> outcomes = classifier.classify(inputs("7"));

    assertThat(((Classification.Predicted) outcomes.get(0)).prediction().unlearned())
        .containsExactly("prime");
  }

  @Test
  void shouldStampPredictionsInWholeMilliseconds() {
    List<Classification> outcomes = classifier(batch -> {}).classify(inputs("1"));

    assertThat(((Classification.Predicted) outcomes.get(0)).prediction().predictedAt())
        .isEqualTo("2026-01-02T03:04:05.678Z");
  }

  private ImageClassifier classifier(Consumer<List<Pixels>> before) {
    return classifier(ParityModel.DECODER, before);
  }

  private ImageClassifier classifier(ImageDecoder decoder, Consumer<List<Pixels>> before) {
    return classifier(decoder, before, PipelineMetrics.NOOP);
  }

  private ImageClassifier classifier(
      ImageDecoder decoder, Consumer<List<Pixels>> before, PipelineMetrics metrics) {
    ParityModel backbone = new ParityModel(decoder, before);
    return new ImageClassifier(
        () -> Lease.of(ParityModel.serving(backbone)),
        decoding,
        ServingConfig.DEFAULTS,
        metrics,
        CLOCK,
        SamplingConfig.DEFAULTS);
  }

  private String describe(Classification outcome) {
    return outcome instanceof Classification.Predicted predicted
        ? String.valueOf(predicted.prediction().label())
        : ((Classification.Rejected) outcome).reason().tag();
  }

  private static List<Input> inputs(String... images) {
    List<Input> inputs = new ArrayList<>();
    for (String image : images) {
      inputs.add(
          new Input(
              new Record<>(null, image.getBytes(UTF_8), 0), "images", 3, 100 + inputs.size()));
    }
    return inputs;
  }
}
