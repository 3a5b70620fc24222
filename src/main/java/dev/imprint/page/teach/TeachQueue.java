package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.model.Recent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final String NOBODY = "";

  /** More than anybody takes back. */
  private static final int MOST_ANSWERED = 1_000;

  private final AskingRule rule;
  private final LabelCounts counts = new LabelCounts();
  private final Map<Claim, AskablePicture> candidates = Recent.put(MOST_CANDIDATES);
  private final Map<Claim, Lease> leases = new LinkedHashMap<>();
  private final Map<Claim, Lease> answered = Recent.put(MOST_ANSWERED); // the newest ended leases

  /** Whether it is settled for good, even if a label is taken back. */
  private final Map<Claim, Boolean> settled = Recent.put(MOST_SETTLED);

  private record Lease(String session, Instant until, AskablePicture candidate) {
    Lease until(Instant later) {
      return new Lease(session, later, candidate);
    }
  }

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
    counts.labelled(label);
    settle(label.claim());
  }

  /** Its label is gone, as somebody took it back. */
  void unlabelled(String imageId, Instant now) {
    Claim claim = counts.removed(imageId);
    if (claim != null) {
      reopen(claim, now);
    }
  }

  /** Labelled by somebody. */
  void settle(Claim claim) {
    settle(claim, settled.getOrDefault(claim, false));
  }

  /** Nobody need be asked for it again, whatever was said about it before. */
  void skip(Claim claim) {
    settle(claim, true);
  }

  private void settle(Claim claim, boolean skipped) {
    settled.put(claim, skipped);
    AskablePicture free = candidates.remove(claim);
    Lease lease = free == null ? leases.remove(claim) : new Lease(NOBODY, Instant.MIN, free);
    if (lease != null) {
      answered.put(claim, lease);
    }
  }

  /** Its label was taken back: the session that gave it is asked again. */
  void reopen(Claim claim, Instant now) {
    if (!settled.getOrDefault(claim, false)) {
      unskip(claim, now);
    }
  }

  /** The session that skipped it is asked again; anybody, if that was no session of this queue. */
  void unskip(Claim claim, Instant now) {
    Lease lease = answered.remove(claim);
    if (settled.remove(claim) == null || lease == null) {
      return;
    }
    if (lease.session().equals(NOBODY)) { // answered elsewhere
      candidates.put(claim, lease.candidate());
    } else {
      leases.put(claim, lease.until(now.plus(LEASE)));
    }
  }

  /** Gives back what the session was asked, as its browser has forgotten it. */
  void release(String session) {
    giveBack(lease -> lease.session().equals(session));
  }

  /** Gives back some of what the session was asked. */
  void release(String session, Collection<Claim> claims) {
    Set<Claim> which = Set.copyOf(claims);
    giveBack(
        lease ->
            lease.session().equals(session)
                && which.contains(lease.candidate().prediction().claim()));
  }

  /** What the next choice goes by; renews the session's earlier leases. */
  AskingRule.Weighing weighing(String session, Instant now, CurrentModel model) {
    renew(session, now);
    if (!isAnyFree()) {
      return new AskingRule.Weighing(List.of(), List.of());
    }
    List<Claim> asked = model.embeddings().keySet().stream().filter(this::isAsked).toList();
    return new AskingRule.Weighing(candidates.values(), asked);
  }

  /**
   * Pictures that nobody else is asked.
   *
   * @param model by which they are chosen, and seen
   * @param representatives of those that were free a moment ago
   */
  List<AskingRule.Choice> next(
      String session, int count, Instant now, CurrentModel model, Representatives representatives) {
    Instant until = now.plus(LEASE);
    Map<String, Integer> labelled = counts.byLabel();
    List<AskingRule.Choice> chosen = new ArrayList<>();
    while (chosen.size() < count && isAnyFree()) {
      AskingRule.Choice choice = rule.choose(candidates, labelled, representatives);
      lease(choice.candidate(), session, until);
      chosen.add(new AskingRule.Choice(model.seen(choice.candidate()), choice.reason()));
    }
    return chosen;
  }

  /**
   * The pictures that look most like one, of those that nobody else is asked; renews the session's
   * earlier leases.
   *
   * @param count at most so many
   */
  List<LookAlike> similar(Claim claim, String session, int count, Instant now, CurrentModel model) {
    Instant until = renew(session, now);
    List<AskablePicture> from = new ArrayList<>(candidates.values());
    leases.values().stream()
        .filter(lease -> lease.session().equals(session))
        .forEach(lease -> from.add(lease.candidate()));
    int most = Math.max(0, Math.min(count, MOST_LEASED - leases.size()));
    List<LookAlike> alike = LookAlike.of(claim, from, model.embeddings(), most);
    alike.forEach(each -> lease(each.picture(), session, until));
    return alike.stream()
        .map(each -> new LookAlike(model.seen(each.picture()), each.similarity()))
        .toList();
  }

  /** Ends what has run out, and prolongs the session's leases; until then. */
  Instant renew(String session, Instant now) {
    giveBack(lease -> lease.until().isBefore(now));
    Instant until = now.plus(LEASE);
    leases.replaceAll(
        (claim, lease) -> lease.session().equals(session) ? lease.until(until) : lease);
    return until;
  }

  private void lease(AskablePicture candidate, String session, Instant until) {
    Claim claim = candidate.prediction().claim();
    candidates.remove(claim);
    leases.put(claim, new Lease(session, until, candidate));
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
