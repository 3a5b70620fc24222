package dev.imprint.page.teach;

import static java.util.Comparator.comparingDouble;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which picture teaches most: while labels are few, one of the predicted label that has fewest;
 * later, one of those with the smallest margins, spread over the predicted labels. A share of
 * random ones is asked for throughout. Not thread-safe.
 */
final class AskingRule {
  static final double RANDOM_SHARE = 0.1;

  /** Of the smallest margins, the part among which the predicted label decides. */
  private static final int PART = 4;

  private final RandomGenerator random;
  private final Map<String, Integer> asked = new HashMap<>(); // by predicted label

  AskingRule(RandomGenerator random) {
    this.random = random;
  }

  record Choice(Candidate candidate, Reason reason) {}

  /** Whether a picture that has just come belongs to the random share. */
  boolean drawsRandom() {
    return random.nextDouble() < RANDOM_SHARE;
  }

  /**
   * @param from at least one
   */
  Choice choose(Collection<Candidate> from, LabelCounts counts) {
    List<Candidate> drawn = from.stream().filter(Candidate::random).toList();
    List<Candidate> others = from.stream().filter(each -> !each.random()).toList();
    if (others.isEmpty() || (!drawn.isEmpty() && drawsRandom())) {
      return new Choice(any(drawn), Reason.RANDOM);
    }
    List<Candidate> guessed = others.stream().filter(each -> !each.guess().isEmpty()).toList();
    boolean covering = guessed.isEmpty() || counts.areFew();
    Candidate chosen = covering ? covering(others, counts) : hesitant(guessed);
    asked.merge(chosen.guess(), 1, Integer::sum);
    return new Choice(chosen, covering ? Reason.COVERAGE : Reason.UNCERTAIN);
  }

  private Candidate covering(List<Candidate> from, LabelCounts counts) {
    return any(rarest(from, guess -> counts.of(guess) + asked(guess)));
  }

  private Candidate hesitant(List<Candidate> from) {
    List<Candidate> smallest =
        from.stream()
            .sorted(comparingDouble(Candidate::margin))
            .limit(Math.max(1, from.size() / PART))
            .toList();
    return rarest(smallest, this::asked).get(0);
  }

  private int asked(String guess) {
    return asked.getOrDefault(guess, 0);
  }

  private interface Count {
    int of(String guess);
  }

  /** Those of the predicted label with the smallest count, in their order. */
  private static List<Candidate> rarest(List<Candidate> from, Count count) {
    return from.stream()
        .collect(groupingBy(Candidate::guess, TreeMap::new, java.util.stream.Collectors.toList()))
        .entrySet()
        .stream()
        .min(Comparator.comparingInt(group -> count.of(group.getKey())))
        .orElseThrow()
        .getValue();
  }

  private Candidate any(List<Candidate> of) {
    return of.get(random.nextInt(of.size()));
  }
}
