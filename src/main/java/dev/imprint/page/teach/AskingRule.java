package dev.imprint.page.teach;

import static java.util.Comparator.comparingDouble;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which picture teaches most: the one that stands best for all, as far as nobody was asked about
 * any like it, and for those with small margins. Of pictures that this instance has no embedding
 * of, while labels are few, one of the predicted label that has fewest; later, one of those with
 * the smallest margins, spread over the predicted labels. A share of random ones is asked for
 * throughout. Not thread-safe.
 */
final class AskingRule {
  static final double RANDOM_SHARE = 0.1;

  /** Of the smallest margins, the part among which the predicted label decides. */
  private static final int PART = 4;

  /** As many a label; below that, no label is known well enough for margins to mean much. */
  private static final int FEW = 10;

  private final RandomGenerator random;
  private final Map<String, Integer> asked = new HashMap<>(); // by predicted label

  AskingRule(RandomGenerator random) {
    this.random = random;
  }

  record Choice(AskablePicture candidate, AskReason reason) {}

  /** Whether a picture that has just come belongs to the random share. */
  boolean drawsRandom() {
    return random.nextDouble() < RANDOM_SHARE;
  }

  /**
   * What the choices of one request go by, at one moment; the work can be done later.
   *
   * @param from of these; copied
   * @param asked pictures that were asked about before; copied
   */
  record Weighing(Collection<AskablePicture> from, Collection<Claim> asked) {
    Weighing {
      from = List.copyOf(from);
      asked = List.copyOf(asked);
    }

    /**
     * Takes tenths of a second.
     *
     * @param model that is to be taught
     * @param margins of earlier requests
     */
    Representatives representatives(CurrentModel model, Margins margins) {
      Map<Claim, Embedding> embeddings = model.embeddings();
      List<Representatives.Picture> pictures = new ArrayList<>();
      for (AskablePicture each : from) {
        Embedding embedding = embeddings.get(each.prediction().claim());
        if (embedding != null && !each.random()) {
          pictures.add(new Representatives.Picture(each, embedding));
        }
      }
      Map<Claim, Float> known =
          margins.of(pictures.stream().map(Representatives.Picture::picture).toList(), model);
      List<Embedding> before =
          asked.stream().map(embeddings::get).filter(Objects::nonNull).toList();
      // Without a head, each counts as much.
      return new Representatives(
          pictures, before, each -> 1 - known.getOrDefault(each.prediction().claim(), 0f));
    }
  }

  /**
   * @param free at least one, by claim
   * @param labelled number of labelled pictures by label
   * @param representatives some of which may no longer be free
   */
  Choice choose(
      Map<Claim, AskablePicture> free,
      Map<String, Integer> labelled,
      Representatives representatives) {
    Collection<AskablePicture> from = free.values();
    List<AskablePicture> drawn = from.stream().filter(AskablePicture::random).toList();
    List<AskablePicture> others = from.stream().filter(each -> !each.random()).toList();
    if (others.isEmpty() || (!drawn.isEmpty() && drawsRandom())) {
      return new Choice(any(drawn), AskReason.RANDOM);
    }
    AskablePicture representative = representatives.next();
    while (representative != null && !free.containsKey(representative.prediction().claim())) {
      representative = representatives.next();
    }
    if (representative != null) {
      AskReason reason = areFew(labelled) ? AskReason.COVERAGE : AskReason.UNCERTAIN;
      return new Choice(representative, reason);
    }
    List<AskablePicture> guessed = others.stream().filter(each -> !each.guess().isEmpty()).toList();
    boolean covering = guessed.isEmpty() || areFew(labelled);
    AskablePicture chosen = covering ? covering(others, labelled) : hesitant(guessed);
    asked.merge(chosen.guess(), 1, Integer::sum);
    return new Choice(chosen, covering ? AskReason.COVERAGE : AskReason.UNCERTAIN);
  }

  /** Whether there are fewer than ten a label. */
  private static boolean areFew(Map<String, Integer> labelled) {
    int all = labelled.values().stream().mapToInt(Integer::intValue).sum();
    return all < FEW * Math.max(2, labelled.size());
  }

  private AskablePicture covering(List<AskablePicture> from, Map<String, Integer> labelled) {
    return any(rarest(from, guess -> labelled.getOrDefault(guess, 0) + asked(guess)));
  }

  private AskablePicture hesitant(List<AskablePicture> from) {
    List<AskablePicture> smallest =
        from.stream()
            .sorted(comparingDouble(AskablePicture::margin))
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
  private static List<AskablePicture> rarest(List<AskablePicture> from, Count count) {
    return from.stream()
        .collect(groupingBy(AskablePicture::guess, TreeMap::new, toList()))
        .entrySet()
        .stream()
        .min(Comparator.comparingInt(group -> count.of(group.getKey())))
        .orElseThrow()
        .getValue();
  }

  private AskablePicture any(List<AskablePicture> of) {
    return of.get(random.nextInt(of.size()));
  }
}
