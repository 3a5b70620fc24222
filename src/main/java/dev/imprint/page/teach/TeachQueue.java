package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.model.Recent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The pictures that may be asked for, each leased to one session at a time, and none asked for
 * again once it is settled. Memory is bounded: the newest {@value #MOST_CANDIDATES} pictures, and
 * the newest settled ones by their claims. Not thread-safe.
 */
final class TeachQueue {
  static final int MOST_CANDIDATES = 2_000;

  /** More at once than anybody labels before the lease ends. */
  static final int MOST_LEASED = 2_000;

  static final Duration LEASE = Duration.ofMinutes(10);

  private static final int MOST_SETTLED = 50_000;

  private final AskingRule rule;
  private final LabelCounts counts = new LabelCounts();
  private final Map<Claim, AskablePicture> candidates = Recent.put(MOST_CANDIDATES);
  private final Map<Claim, Lease> leases = new LinkedHashMap<>();
  private final Map<Claim, Boolean> settled = Recent.put(MOST_SETTLED);

  private record Lease(String session, Instant until, AskablePicture candidate) {}

  TeachQueue(AskingRule rule) {
    this.rule = rule;
  }

  LabelCounts counts() {
    return counts;
  }

  void predicted(Prediction prediction) {
    Claim claim = prediction.claim();
    if (settled.containsKey(claim) || leases.containsKey(claim)) {
      return;
    }
    AskablePicture before = candidates.get(claim);
    boolean random = before == null ? prediction.ask() || rule.drawsRandom() : before.random();
    candidates.put(claim, new AskablePicture(prediction, random));
  }

  void labelled(Label label) {
    counts.labelled(label.imageId(), label.label());
    settle(label.claim());
  }

  /** Labelled or skipped by somebody. */
  void settle(Claim claim) {
    settled.put(claim, true);
    candidates.remove(claim);
    leases.remove(claim);
  }

  /** Its label was taken back. */
  void reopen(Claim claim) {
    settled.remove(claim);
  }

  /** Gives back what the session was asked, as its browser has forgotten it. */
  void release(String session) {
    giveBack(lease -> lease.session().equals(session));
  }

  /**
   * Pictures that nobody else is asked; renews the session's earlier leases.
   *
   * @param model by which they are chosen, and seen
   */
  List<AskingRule.Choice> next(String session, int count, Instant now, CurrentModel model) {
    giveBack(lease -> lease.until().isBefore(now));
    Instant until = now.plus(LEASE);
    leases.replaceAll(
        (claim, lease) ->
            lease.session().equals(session) ? new Lease(session, until, lease.candidate()) : lease);
    if (!isAnyFree()) {
      return List.of();
    }
    Map<String, Integer> labelled = counts.byLabel();
    List<Claim> asked = model.embeddings().keySet().stream().filter(this::isAsked).toList();
    Representatives representatives = rule.representatives(candidates.values(), asked, model);
    List<AskingRule.Choice> chosen = new ArrayList<>();
    while (chosen.size() < count && isAnyFree()) {
      AskingRule.Choice choice = rule.choose(candidates.values(), labelled, representatives);
      Claim claim = choice.candidate().prediction().claim();
      candidates.remove(claim);
      leases.put(claim, new Lease(session, until, choice.candidate()));
      chosen.add(new AskingRule.Choice(model.seen(choice.candidate()), choice.reason()));
    }
    return chosen;
  }

  private boolean isAnyFree() {
    return !candidates.isEmpty() && leases.size() < MOST_LEASED;
  }

  private boolean isAsked(Claim claim) {
    return settled.containsKey(claim) || leases.containsKey(claim);
  }

  private void giveBack(Predicate<Lease> which) {
    leases
        .entrySet()
        .removeIf(
            entry -> {
              boolean back = which.test(entry.getValue());
              if (back) {
                candidates.put(entry.getKey(), entry.getValue().candidate());
              }
              return back;
            });
  }
}
