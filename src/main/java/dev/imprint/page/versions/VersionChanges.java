package dev.imprint.page.versions;

import dev.imprint.comparison.VersionDiff;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The changes from one version to another, as {@code models diff} compares them.
 *
 * @param against the version that it is compared with
 * @param settings and whatever else its numbers depend on; only those that differ
 * @param common examples of both, with the same picture and label
 * @param gained number of examples that only this one has, by label; likewise {@code lost}
 * @param relabelled examples of both whose label differs
 * @param otherPicture examples of both whose picture differs
 */
record VersionChanges(
    String version,
    String against,
    List<VersionDiff.Setting> settings,
    List<String> gainedLabels,
    List<String> lostLabels,
    int common,
    Map<String, Integer> gained,
    Map<String, Integer> lost,
    int relabelled,
    int otherPicture) {

  static VersionChanges of(VersionDiff diff) {
    VersionDiff.Examples examples = diff.examples();
    return new VersionChanges(
        diff.b(),
        diff.a(),
        diff.settings(),
        diff.gainedLabels(),
        diff.lostLabels(),
        examples.common(),
        byLabel(examples.gained().values()),
        byLabel(examples.lost().values()),
        examples.relabelled().size(),
        examples.otherPicture().size());
  }

  private static Map<String, Integer> byLabel(Collection<String> labels) {
    Map<String, Integer> counts = new TreeMap<>();
    labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts;
  }
}
