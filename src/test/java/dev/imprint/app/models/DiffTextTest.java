package dev.imprint.app.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.comparison.ChangedSides;
import dev.imprint.comparison.ChangedSides.Changed;
import dev.imprint.comparison.HeadComparison;
import dev.imprint.comparison.NetworkComparison;
import dev.imprint.comparison.Reproduction;
import dev.imprint.comparison.VersionDiff;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiffTextTest {
  private static final Map<String, String> IMAGES =
      Map.of("belt-1/2026-11-24/one.jpg", "hex nut", "belt-1/2026-11-24/two.jpg", "washer");

  private final StringWriter out = new StringWriter();

  @Test
  void shouldBreakTheLinesOfADifferenceThatAreWiderThanTheTerminal() {
    Changed changed = new Changed("belt-1/2026-11-24/one.jpg", "hex nut", "washer", "hex nut");
    VersionDiff diff =
        new VersionDiff(
            "v1-85e763d3",
            "v2-0e72367b",
            List.of(),
            Collections.nCopies(9, "a label of several words"),
            List.of(),
            new VersionDiff.Examples(7, IMAGES, Map.of(), List.of(), Map.of()),
            List.of());
    ChangedSides sides =
        new ChangedSides(100, Collections.nCopies(5, changed), List.of(changed), 3);

    new DiffText(new ReportLines(new PrintWriter(out, true), 80)).print(diff, sides);

    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("a label of several words, a label of several words")
        .contains("100 pictures that neither had seen (3 more are no longer in the buffer)");
  }

  @Test
  void shouldBreakTheLinesOfAReproductionThatAreWiderThanTheTerminal() {
    HeadComparison compared = new HeadComparison(6, 4_000, 1_000, 1e-7, 3);
    Reproduction result =
        new Reproduction(
            "v1-85e763d3",
            100,
            Map.of(),
            IMAGES,
            List.of(
                "the processor was amd64 with avx512f, avx512bw, avx2, fma; it is aarch64 here"),
            compared,
            null);

    new ReproductionText(new ReportLines(new PrintWriter(out, true), 80)).print(result);

    assertThat(out.toString().lines()).hasSizeGreaterThan(2).allMatch(line -> line.length() <= 80);
  }

  @Test
  void shouldCompareTheNetworkOfAFineTunedVersion() {
    HeadComparison heads = new HeadComparison(1, 4_000, 0, 0, 3);
    NetworkComparison same = new NetworkComparison("ab", "ab", 50_000, 0, 0);
    NetworkComparison other = new NetworkComparison("ab", "cd", 50_000, 7, 1e-7);

    for (NetworkComparison network : List.of(same, other)) {
      new ReproductionText(new ReportLines(new PrintWriter(out, true), 200))
          .print(new Reproduction("v1", 9, Map.of(), Map.of(), List.of(), heads, network));
    }

    assertThat(out.toString().lines())
        .containsExactly(
            "v1: identical, to the bit: 50,000 numbers of its network and 4,000 of 1 heads, learned"
                + " from 9 examples",
            "v1: different: 0 of 4,000 numbers, by at most 0.0; of its network, 7 of 50,000 numbers,"
                + " by at most 1.0e-07; 3 of 9 examples are classified differently",
            "  the record, the code, the processor and the embeddings are the same");
  }
}
