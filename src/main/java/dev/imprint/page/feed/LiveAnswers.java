package dev.imprint.page.feed;

import dev.imprint.model.Outcome;
import dev.imprint.model.serving.ServingModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest outcomes of the random sample, from which live accuracy follows. Not thread-safe. */
public final class LiveAnswers {
  /** As many as the trigger looks at. */
  public static final int MOST = 1_000;

  private static final int MOST_VERSIONS = 5;

  private final Deque<Judged> judged = new ArrayDeque<>();

  private record Judged(String version, boolean right) {}

  /** Only pictures that the service asked for at random say something about accuracy. */
  public void judged(Outcome outcome) {
    String version = outcome.modelVersion();
    if (outcome.asked() && version != null && !version.equals(ServingModel.NO_VERSION)) {
      judged.add(new Judged(version, outcome.result() == Outcome.Result.RIGHT));
      if (judged.size() > MOST) {
        judged.remove();
      }
    }
  }

  /** Forgets them, because they are going to be read again. */
  public void clear() {
    judged.clear();
  }

  /** Of the versions that answered last, the newest first. */
  public List<VersionAccuracy> byVersion() {
    Map<String, int[]> counts = new LinkedHashMap<>(); // right and all, the newest version first
    judged
        .descendingIterator()
        .forEachRemaining(
            each -> {
              int[] count = counts.computeIfAbsent(each.version(), version -> new int[2]);
              count[0] += each.right() ? 1 : 0;
              count[1]++;
            });
    return counts.entrySet().stream()
        .limit(MOST_VERSIONS)
        .map(each -> VersionAccuracy.of(each.getKey(), each.getValue()[0], each.getValue()[1]))
        .toList();
  }
}
