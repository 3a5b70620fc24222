package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class Bf16ComparisonTest {
  private static final BackboneDescription FP32 = BackboneDescription.bundled();
  private static final BackboneDescription BF16 = FP32.with(Precision.BF16);
  private static final TensorFlowConfig CONFIG =
      new TensorFlowConfig(TensorFlowConfig.Device.CPU, 0);

  @Test
  void shouldComputeNearlyTheSameEmbeddingsInBf16() throws Exception {
    try (KerasBackbone exact = KerasBackbone.open(FP32, CONFIG);
        KerasBackbone backbone = KerasBackbone.open(BF16, CONFIG)) {
      List<Pixels> pictures = SelfTestPictures.decode(exact);

      EmbeddingDifference difference =
          SelfTestPictures.difference(exact.embed(pictures), backbone.embed(pictures));

      assertThat(backbone.precision()).isEqualTo("bf16");
      assertThat(exact.precision()).isEqualTo("fp32");
      assertThat(backbone.id()).isNotEqualTo(exact.id());
      assertThat(difference.smallestCosine()).isBetween(Bf16Comparison.LEAST_COSINE, 1.0);
      assumeThat(TensorFlowRuntime.probe().hasBf16()).as("a CPU with bf16").isTrue();
      assertThat(difference.relative()).isGreaterThan(1e-3); // so it was not fp32
    }
  }

  @Test
  void shouldOpenANetworkOfOpenPrecisionForTheSameHeadsInBf16() throws Exception {
    assumeThat(TensorFlowRuntime.probe().hasBf16()).as("a CPU with bf16").isTrue();
    try (KerasBackbone exact = KerasBackbone.open(FP32.with(Precision.AUTO), CONFIG)) {
      List<Pixels> pictures = SelfTestPictures.decode(exact);
      float[][] before = exact.embed(pictures);
      EmbeddingDifference difference;
      try (Backbone fast = Objects.requireNonNull(exact.inBf16())) {
        difference = SelfTestPictures.difference(before, fast.embed(pictures));

        assertThat(exact.precision()).isEqualTo("fp32");
        assertThat(fast.precision()).isEqualTo("bf16");
        assertThat(fast.ids()).isEqualTo(exact.ids());
        assertThat(fast.decoder()).isSameAs(exact.decoder());
      }
      assertThat(difference.relative()).isGreaterThan(1e-3);
      assertThat(exact.embed(pictures)).as("still open, in fp32").isDeepEqualTo(before);
    }
  }

  @Test
  void shouldOfferBf16OnlyWhereThePrecisionIsLeftOpen() throws Exception {
    try (KerasBackbone fp32 = KerasBackbone.open(FP32.with(Precision.FP32), CONFIG)) {
      assertThat(fp32.offersBf16()).isFalse();
      assertThat(fp32.inBf16()).isNull();
    }
    try (KerasBackbone auto = KerasBackbone.open(FP32.with(Precision.AUTO), CONFIG)) {
      assertThat(auto.offersBf16()).isEqualTo(TensorFlowRuntime.probe().hasBf16());
      assertThat(auto.precision()).as("learns in").isEqualTo("fp32");
    }
  }

  /** Pixels scaled twice. */
  @Test
  void shouldRefuseANetworkWhoseEmbeddingsBf16Changes() {
    assumeThat(TensorFlowRuntime.probe().hasBf16()).as("a CPU with bf16").isTrue();
    BackboneDescription tiny =
        new BackboneDescription(
            BF16.file(),
            Preprocessing.CUSTOM,
            1 / 128f / 128f,
            0f,
            BF16.inputSize(),
            BF16.resize(),
            BF16.antialias(),
            BF16.crop(),
            BF16.embeddingLayers(),
            BF16.precision(),
            BF16.labels());

    assertThatThrownBy(() -> KerasBackbone.open(tiny, CONFIG))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("precision is bf16")
        .hasMessageContaining("less than 0.98: check preprocessing; otherwise set precision: fp32");
  }

  @Test
  void shouldHoldTheCosineOfEachPictureAgainstTheLeast() {
    assertThatCode(() -> Bf16Comparison.require(cosines(1, 0.981))).doesNotThrowAnyException();
    assertThatThrownBy(() -> Bf16Comparison.require(cosines(1, 0.979)))
        .hasMessageContaining("cosine with those of fp32 is 0.9790");
    assertThatThrownBy(() -> Bf16Comparison.require(cosines(Double.NaN)))
        .hasMessageContaining("cosine with those of fp32 is NaN");
  }

  private static EmbeddingDifference cosines(double... cosines) {
    EmbeddingDifference difference = new EmbeddingDifference();
    for (double cosine : cosines) {
      float[] embedding = {(float) cosine, (float) Math.sqrt(1 - cosine * cosine)};
      difference.add("a", new float[] {1, 0}, embedding);
    }
    return difference;
  }
}
