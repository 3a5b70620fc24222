package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecisionCheckTest {
  private static final Duration LONG = Duration.ofMillis(100);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final ImprintConfig CONFIG = new ConfigReader(name -> null).read(null, Map.of());

  @Test
  void shouldTryBf16OnlyWhereItIsSetOrHasInstructions() {
    BackboneDescription fp32 = BackboneDescription.bundled();
    BackboneDescription bf16 = fp32.with(Precision.BF16);

    assertThat(check(fp32, "avx512_bf16").isCalledFor()).isTrue();
    assertThat(check(fp32, "bf16").isCalledFor()).isTrue();
    assertThat(check(fp32, "avx512f").isCalledFor()).isFalse();
    assertThat(check(bf16, "avx512f").isCalledFor()).isTrue();
  }

  @Test
  void shouldRecommendBf16WhereItGains() {
    BackboneDescription fp32 = BackboneDescription.bundled().with(Precision.FP32);

    Finding gains = check(fp32, "amx_bf16").judgeFp32(LONG, SHORT, 0.99);
    Finding gainsNothing = check(fp32, "avx512_bf16").judgeFp32(LONG, LONG, 0.99);
    Finding leftOpen = check("amx_bf16").judgeFp32(LONG, SHORT, 0.99);

    assertThat(gains)
        .isEqualTo(
            Finding.advice(
                "precision: bf16 would be 2.0 times as fast: 50 ms for 24 images compared with"
                    + " 100 ms in fp32; cosine with fp32 at least 0.9900",
                "recommended: set precision: auto in the backbone's YAML; the leader then compares"
                    + " the answers, and decides"));
    assertThat(gainsNothing)
        .isEqualTo(
            Finding.ok(
                "precision: bf16 would gain nothing here: 100 ms for 24 images compared with 100"
                    + " ms in fp32"));
    assertThat(leftOpen.severity()).isEqualTo(Finding.Severity.OK);
    assertThat(leftOpen.what()).endsWith("; the leader decides (precision: auto)");
  }

  @Test
  void shouldWarnOfBf16WhereItGainsNothing() {
    Finding gains = check("amx_bf16").judgeBf16(LONG, SHORT);
    Finding slower = check("avx512_bf16").judgeBf16(SHORT, LONG);
    Finding lacking = check("avx512f").judgeBf16(SHORT, LONG);

    assertThat(gains.severity()).isEqualTo(Finding.Severity.OK);
    assertThat(gains.what()).contains("precision is bf16, 2.0 times as fast here");
    assertThat(slower.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(slower.what()).contains("gains nothing here: 100 ms for 24 images compared with 50");
    assertThat(lacking.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(lacking.what()).contains("this CPU lacks the instructions");
    assertThat(lacking.fix()).contains("set precision: fp32");
  }

  @Test
  void shouldMeasureBothPrecisions() throws Exception {
    ImprintConfig two = new ConfigReader(name -> null).read(null, Map.of("serving.max_batch", 2));
    var has = new TensorFlowRuntime("2", List.of(), List.of("amx_bf16"));
    try (var backbone = new ModelFiles(two).openBackbone()) {
      Finding finding =
          new PrecisionCheck("its precision", BackboneDescription.bundled(), two, has)
              .run(new SelfTest(backbone))
              .orElseThrow();

      assertThat(finding.severity()).isEqualTo(Finding.Severity.OK);
      assertThat(finding.what())
          .matches(
              "its precision: bf16 would (be|gain) .* ms for 2 images compared with .* ms"
                  + " in fp32.*");
    }
  }

  private static PrecisionCheck check(String instructions) {
    return check(BackboneDescription.bundled(), instructions);
  }

  private static PrecisionCheck check(BackboneDescription description, String instructions) {
    var runtime = new TensorFlowRuntime("2", List.of(), List.of(instructions));
    return new PrecisionCheck("precision", description, CONFIG, runtime);
  }
}
