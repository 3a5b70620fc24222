package dev.imprint.app;

import dev.imprint.rollout.HeadComparison;
import dev.imprint.rollout.Reproduction;
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
                    : ", with the labels of then (now %s)"
                        .formatted(named(result.relabelled(), ": ")));
    if (compared.identical()) {
      lines.say(
          "%s: identical, to the bit: %,d numbers of %d heads, learned from %s"
              .formatted(result.version(), compared.numbers(), compared.heads(), learned));
      return;
    }
    lines.say(
        "%s: different: %,d of %,d numbers, by at most %.2g; %d of %s are classified differently"
            .formatted(
                result.version(),
                compared.different(),
                compared.numbers(),
                compared.largest(),
                compared.otherAnswers(),
                learned));
    result.differences().forEach(difference -> lines.say("  " + difference));
    if (result.differences().isEmpty()) {
      lines.say("  the record, the code, the processor and the embeddings are the same");
    }
  }

  private static String named(Map<String, String> byImage, String between) {
    return ReportLines.listed(
        new TreeMap<>(byImage)
            .entrySet().stream()
                .map(entry -> entry.getKey() + between + entry.getValue())
                .toList());
  }
}
