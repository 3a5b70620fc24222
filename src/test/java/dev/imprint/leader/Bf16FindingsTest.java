package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.rollout.Versions;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bf16FindingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // ms in fp32 | ms in bf16 | pictures | changed | precision | reason
        "160 | 100 | 400 | 2 | bf16 | 1.6 times as fast as fp32 (100 ms for 24 images rather than"
            + " 160), with 2 of 400 answers changed",
        "115 | 100 | 200 | 1 | bf16 | 1.2 times as fast as fp32 (100 ms for 24 images rather than"
            + " 115), with 1 of 200 answers changed",
        "160 | 100 | 400 | 3 | fp32 | bf16 would change 3 of 400 answers; at most 0.5 % are allowed",
        "114 | 100 | 400 | 0 | fp32 | bf16 would gain nothing: 100 ms for 24 images rather than 114",
        "100 | 300 | 0 | 0 | fp32 | bf16 would gain nothing: 300 ms for 24 images rather than 100",
      })
  void shouldChooseBf16IfItPaysAndTheAnswersAgree(
      long fp32, long bf16, int pictures, int changed, String precision, String reason) {
    Bf16Findings findings =
        new Bf16Findings(24, Duration.ofMillis(fp32), Duration.ofMillis(bf16), pictures, changed);

    PrecisionChoice choice = findings.choice("id", Versions.AT);

    assertThat(choice).isEqualTo(new PrecisionChoice("id", precision, reason, Versions.AT));
  }
}
