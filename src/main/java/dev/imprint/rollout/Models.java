package dev.imprint.rollout;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.TunedNetwork;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of the topic {@code models} at one moment: built up record by record, immutable.
 *
 * @param versions in order of creation, that is, of their sequence numbers
 * @param rollout null if nothing has been rolled out yet
 * @param backbones that the service has open; null if no leader has announced them yet
 * @param labelChanges what labels are called now
 * @param precision chosen last; null if none has been
 * @param unreadable why a record could not be read, by its key; a later valid one replaces it
 */
public record Models(
    List<ModelVersion> versions,
    @Nullable Rollout rollout,
    @Nullable OpenBackbones backbones,
    LabelChanges labelChanges,
    @Nullable PrecisionChoice precision,
    Map<String, String> unreadable) {
  public static final Models EMPTY =
      new Models(List.of(), null, null, LabelChanges.NONE, null, Map.of());

  private static final Pattern NAME = Pattern.compile("v(\\d{1,9})-.*");
  private static final int NAME_DIGITS = 8;

  public Models {
    versions = List.copyOf(versions);
    unreadable = Map.copyOf(unreadable);
  }

  /**
   * Adds one more record.
   *
   * @param value null for a tombstone
   */
  public Models with(String key, byte @Nullable [] value) {
    Map<String, String> broken = new TreeMap<>(unreadable);
    broken.remove(key);
    try {
      switch (key) {
        case Topics.ROLLOUT_KEY:
          Rollout next = value == null ? null : rollout(value);
          return new Models(versions, next, backbones, labelChanges, precision, broken);
        case Topics.BACKBONES_KEY:
          OpenBackbones open = value == null ? null : backbones(value);
          return new Models(versions, rollout, open, labelChanges, precision, broken);
        case Topics.LABELS_KEY:
          LabelChanges changes =
              value == null ? LabelChanges.NONE : Json.decode(value, LabelChanges.class);
          return new Models(versions, rollout, backbones, changes, precision, broken);
        case Topics.PRECISION_KEY:
          PrecisionChoice choice = value == null ? null : precision(value);
          return new Models(versions, rollout, backbones, labelChanges, choice, broken);
        default:
          return new Models(
              versions(key, value), rollout, backbones, labelChanges, precision, broken);
      }
    } catch (IOException e) {
      // The known value of the key stays: a corrupt record is no decision. Only the first line: in
      // Jackson's second one, it explains that it does not show the source.
      broken.put(key, String.valueOf(e.getMessage()).lines().findFirst().orElse("empty"));
      return new Models(versions, rollout, backbones, labelChanges, precision, broken);
    }
  }

  private List<ModelVersion> versions(String key, byte @Nullable [] value) throws IOException {
    List<ModelVersion> all = new ArrayList<>(versions);
    all.removeIf(version -> version.version().equals(key));
    if (value != null) {
      all.add(version(key, value));
      all.sort(Comparator.comparingInt(version -> number(version.version())));
    }
    return all;
  }

  /** Why the changes of labels are not known, and what to do; null if they are. */
  @Nullable String labelsProblem() {
    String why = unreadable.get(Topics.LABELS_KEY);
    return why == null
        ? null
        : ("the changes of labels, record '%s' on the models topic, cannot be read (%s): run a"
                + " release that can read it, or write it again from a backup")
            .formatted(Topics.LABELS_KEY, why);
  }

  /** The version published last; null if there is none. */
  public @Nullable ModelVersion newest() {
    return versions.isEmpty() ? null : versions.get(versions.size() - 1);
  }

  /** The last one that was trained, not only relabelled; null if there is none. */
  public @Nullable ModelVersion newestTrained() {
    ModelVersion newest = null;
    for (ModelVersion version : versions) {
      newest = RelabelledVersion.isRelabelled(version) ? newest : version;
    }
    return newest;
  }

  /** Whether labels were merged, and no version has been trained since. */
  public boolean isToBeTrained() {
    ModelVersion trained = newestTrained();
    return labelChanges.mergedBefore() > (trained == null ? 0 : number(trained.version()))
        || RelabelledVersion.isToBeTrained(newest());
  }

  /**
   * Whether training the same examples again would give the same classes: none was merged or
   * retired since, not even for a time.
   *
   * @param trained {@link #newestTrained()}
   */
  public boolean keepsClassesOf(ModelVersion trained) {
    return !isToBeTrained()
        && trained.labels().stream().allMatch(label -> labelChanges.of(label) != null)
        && latestOf(trained).labels().size() == trained.labels().size();
  }

  /** The newest version, if it has these weights under other labels; otherwise this one. */
  public ModelVersion latestOf(ModelVersion trained) {
    ModelVersion newest = Objects.requireNonNullElse(newest(), trained);
    return RelabelledVersion.names(newest).contains(trained.version()) ? newest : trained;
  }

  /**
   * Candidates for a name that a person typed: the version of this name, else all whose names begin
   * with it.
   */
  public List<ModelVersion> startingWith(String name) {
    ModelVersion exact = version(name);
    // v1 means v1-15a7825e, not v10-0e72367b.
    String start = name.contains("-") ? name : name + "-";
    return exact != null
        ? List.of(exact)
        : versions.stream().filter(version -> version.version().startsWith(start)).toList();
  }

  /** Null if there is no version of this name. */
  public @Nullable ModelVersion version(String name) {
    return versions.stream()
        .filter(version -> version.version().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The version that the rollout names; null without a rollout, or if it is missing. */
  public @Nullable ModelVersion serving() {
    return rollout == null ? null : version(rollout.serving());
  }

  /** The last one whose network was trained, too, not only relabelled; null if there is none. */
  public @Nullable ModelVersion newestFineTuned() {
    ModelVersion newest = null;
    for (ModelVersion version : versions) {
      newest = isFineTuned(version) ? version : newest;
    }
    return newest;
  }

  /** Whether a version's network was trained, not only its head. */
  public static boolean isFineTuned(ModelVersion version) {
    return version.network() != null && !RelabelledVersion.isRelabelled(version);
  }

  /** The sequence number of the next version; the first is 1. */
  public int nextNumber() {
    return Stream.concat(names().stream(), unreadable.keySet().stream())
            .mapToInt(Models::number)
            .max()
            .orElse(0)
        + 1;
  }

  /** The next version's name, from the SHA-256 of its head. */
  String nextName(String sha256) {
    return "v%d-%s".formatted(nextNumber(), sha256.substring(0, NAME_DIGITS));
  }

  public List<String> names() {
    return versions.stream().map(ModelVersion::version).toList();
  }

  /**
   * Versions that may be deleted: all but the newest {@code keep} that were trained, the last
   * relabelled one after each of them, the serving one, the previous one, and the one fine-tuned
   * last, whose manifest tells which labels are new to the network.
   */
  List<ModelVersion> beyond(int keep) {
    Set<@Nullable String> needed = new HashSet<>();
    if (rollout != null) {
      needed.add(rollout.serving());
      needed.add(rollout.previous());
    }
    ModelVersion fineTuned = newestFineTuned();
    needed.add(fineTuned == null ? null : fineTuned.version());
    int first = versions.size();
    for (int trained = 0; first > 0 && trained < keep; first--) {
      trained += isRelabelled(first - 1) ? 0 : 1;
    }
    List<ModelVersion> beyond = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      boolean superseded = i + 1 < versions.size() && isRelabelled(i) && isRelabelled(i + 1);
      if ((i < first || superseded) && !needed.contains(versions.get(i).version())) {
        beyond.add(versions.get(i));
      }
    }
    return beyond;
  }

  private boolean isRelabelled(int index) {
    return RelabelledVersion.isRelabelled(versions.get(index));
  }

  Stream<Artifact> artifacts() {
    return versions.stream().flatMap(ModelVersion::artifacts);
  }

  private static int number(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static Rollout rollout(byte[] value) throws IOException {
    Rollout rollout = Json.decode(value, Rollout.class);
    if (rollout.serving() == null) {
      throw new IOException("it does not name a version");
    }
    return rollout;
  }

  private static OpenBackbones backbones(byte[] value) throws IOException {
    OpenBackbones backbones = Json.decode(value, OpenBackbones.class);
    if (backbones.current() == null) {
      throw new IOException("it does not name a backbone");
    }
    return backbones;
  }

  private static PrecisionChoice precision(byte[] value) throws IOException {
    PrecisionChoice choice = Json.decode(value, PrecisionChoice.class);
    if (choice.backboneId() == null
        || !Set.of(PrecisionChoice.FP32, PrecisionChoice.BF16)
            .contains(String.valueOf(choice.precision()))) {
      throw new IOException("it does not name a backbone and a precision, fp32 or bf16");
    }
    return choice;
  }

  private static ModelVersion version(String key, byte[] value) throws IOException {
    ModelVersion version = Json.decode(value, ModelVersion.class);
    if (!key.equals(version.version())) {
      throw new IOException("it says it is version " + version.version());
    }
    if (version.head() == null || version.manifest() == null || version.backboneId() == null) {
      throw new IOException("it does not name its head, its manifest or its backbone");
    }
    if (version.createdAt() == null || version.training() == null || version.judgement() == null) {
      throw new IOException("it does not say when and how it was trained, or how it was judged");
    }
    TunedNetwork network = version.network();
    if (network != null && (network.trunkId() == null || network.weights() == null)) {
      throw new IOException("it does not name its network's weights, or the backbone they are for");
    }
    return version;
  }
}
