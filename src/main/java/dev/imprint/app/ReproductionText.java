package dev.imprint.app;

import dev.imprint.model.PlainText;
import dev.imprint.rollout.HeadComparison;
import dev.imprint.rollout.Reproduction;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result of training a version again as text.
 *
 * @param width of the terminal, in columns
 */
record ReproductionText(PrintWriter out, int width) {
  private static final int MOST_NAMED = 10;
  private static final int INDENT = 4;

  void print(Reproduction result) {
    HeadComparison compared = result.comparison();
    if (compared == null) {
      say(
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
      say(
          "%s: identical, to the bit: %,d numbers of %d heads, learned from %s"
              .formatted(result.version(), compared.numbers(), compared.heads(), learned));
      return;
    }
    say(
        "%s: different: %,d of %,d numbers, by at most %.2g; %d of %s are classified differently"
            .formatted(
                result.version(),
                compared.different(),
                compared.numbers(),
                compared.largest(),
                compared.otherAnswers(),
                learned));
    result.differences().forEach(difference -> say("  " + difference));
    if (result.differences().isEmpty()) {
      say("  the record, the code, the processor and the embeddings are the same");
    }
  }

  private static String named(Map<String, String> byImage, String between) {
    String first =
        new TreeMap<>(byImage)
            .entrySet().stream()
                .limit(MOST_NAMED)
                .map(entry -> entry.getKey() + between + entry.getValue())
                .collect(Collectors.joining(", "));
    return byImage.size() > MOST_NAMED
        ? "%s and %d more (--json names all)".formatted(first, byImage.size() - MOST_NAMED)
        : first;
  }

  private void say(String line) {
    Text.wrap(PlainText.escaped(line), width, INDENT).forEach(out::println);
  }
}
