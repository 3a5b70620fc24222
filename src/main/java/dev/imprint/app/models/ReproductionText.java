package dev.imprint.app.models;

import dev.imprint.comparison.HeadComparison;
import dev.imprint.comparison.NetworkComparison;
import dev.imprint.comparison.Reproduction;
import java.util.Map;
import java.util.TreeMap;

/** The result of training a version again as text. */
record ReproductionText(ReportLines lines) {
  void print(Reproduction result) {
    HeadComparison compared = result.comparison();
    if (compared == null) {
      lines.say(
          "refused: %s cannot be trained again: %d of its %d examples are missing: %s"
              .formatted(
                  result.version(),
                  result.missing().size(),
                  result.examples(),
                  named(result.missing(), " ")));
      return;
    }
    String learned =
        "%d examples%s"
            .formatted(
                result.examples(),
                result.relabelled().isEmpty()
                    ? ""
                    : ", with the original labels (now %s)"
                        .formatted(named(result.relabelled(), ": ")));
    NetworkComparison network = result.network();
    if (result.identical()) {
      lines.say(
          "%s: identical, to the bit: %s of %d heads, learned from %s"
              .formatted(
                  result.version(),
                  network == null
                      ? "%,d numbers".formatted(compared.numbers())
                      : "%,d numbers of its network and %,d"
                          .formatted(network.numbers(), compared.numbers()),
                  compared.heads(),
                  learned));
      return;
    }
    lines.say(
        "%s: different: %s%s; %d of %s are classified differently"
            .formatted(
                result.version(),
                different(compared.different(), compared.numbers(), compared.largest()),
                network == null
                    ? ""
                    : "; of its network, "
                        + different(network.different(), network.numbers(), network.largest()),
                compared.otherAnswers(),
                learned));
    result.differences().forEach(difference -> lines.say("  " + difference));
    if (result.differences().isEmpty()) {
      lines.say("  the record, the code, the processor and the embeddings are the same");
    }
  }

  private static String different(long numbers, long of, double largest) {
    return "%,d of %,d numbers, by at most %.2g".formatted(numbers, of, largest);
  }

  private static String named(Map<String, String> byImage, String between) {
    return ReportLines.listed(
        new TreeMap<>(byImage)
            .entrySet().stream()
                .map(entry -> entry.getKey() + between + entry.getValue())
                .toList());
  }
}
