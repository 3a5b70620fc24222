package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.Rollout;
import dev.imprint.simulation.Commit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Invariants of versions, rollouts and answers, checked commit by commit: rollouts form one chain,
 * nothing is published over what it was not judged against, what serves is whole, a command is
 * carried out and answered once, and no leader fine-tunes twice for the same labels.
 */
public final class RolloutInvariants {
  private static final Topics TOPICS = Topics.DEFAULTS;

  private final int newLabels;
  private final Map<String, Command> commands = new TreeMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, byte[]> chunks = new HashMap<>();
  private final Set<String> carriedOut = new HashSet<>();
  private final Set<String> served = new HashSet<>();
  private Models models = Models.EMPTY;
  private int newest;
  private int labels;
  private int learned; // by the last fine-tuning
  private int headsSince;

  /**
   * @param newLabels that start a fine-tuning at the earliest
   */
  public RolloutInvariants(int newLabels) {
    this.newLabels = newLabels;
  }

  /** The committed records. */
  public Models models() {
    return models;
  }

  /** Whether a version has been rolled out at any time. */
  public boolean hasServed(String version) {
    return served.contains(version);
  }

  /** People give so many labels more. */
  public void label(int more) {
    labels += more;
  }

  /** How many labels there are. */
  public int labels() {
    return labels;
  }

  public boolean allAnswered() {
    return answers.keySet().containsAll(commands.keySet());
  }

  /**
   * @throws AssertionError if something does not hold
   */
  public void check(Commit commit) {
    try {
      Rollout before = models.rollout();
      Rollout decided = null;
      ModelVersion published = null;
      for (ConsumerRecord<byte[], byte[]> record : commit.records()) {
        String key = new String(record.key(), UTF_8);
        if (record.topic().equals(TOPICS.artifacts())) {
          chunk(key, record.value());
        } else if (record.topic().equals(TOPICS.models())) {
          models = models.with(key, record.value());
          if (key.equals(Topics.ROLLOUT_KEY)) {
            decided = Json.decode(record.value(), Rollout.class);
          } else if (!key.equals(Topics.BACKBONES_KEY) && record.value() != null) {
            published = version(key);
          }
        }
      }
      if (published != null) {
        trained(published);
      }
      if (decided != null) {
        rolledOut(before, decided, published);
      }
      for (ConsumerRecord<byte[], byte[]> record : commit.records()) {
        if (record.topic().equals(TOPICS.commands())) {
          command(record.value(), before, decided);
        }
      }
      requireWhole();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void chunk(String key, byte @Nullable [] value) {
    if (value == null) {
      chunks.remove(key);
    } else {
      chunks.put(key, value);
    }
  }

  private ModelVersion version(String name) {
    require(models.unreadable().isEmpty(), "unreadable: %s", models.unreadable());
    int number = Integer.parseInt(name.substring(1, name.indexOf('-')));
    require(number > newest, "%s is published after number %d", name, newest);
    newest = number;
    return Objects.requireNonNull(models.version(name));
  }

  private void trained(ModelVersion version) throws IOException {
    if (version.network() == null) {
      headsSince++;
      return;
    }
    int its = Manifest.labels(bytes(version.manifest())).size();
    if (version.training().startedBy() == ModelVersion.TrainingStart.STALLED_HEADS) {
      require(
          its - learned >= newLabels,
          "%s is fine-tuned with %d labels, and the one before it was with %d",
          version.version(),
          its,
          learned);
      require(headsSince > 0, "%s is fine-tuned before a head is trained", version.version());
    }
    learned = its;
    headsSince = 0;
  }

  private void rolledOut(
      @Nullable Rollout before, Rollout decided, @Nullable ModelVersion published) {
    String serving = before == null ? null : before.serving();
    require(
        Objects.equals(decided.previous(), serving),
        "%s is rolled out over %s, but %s served",
        decided.serving(),
        decided.previous(),
        serving);
    if (published != null) {
      require(
          Objects.equals(published.parent(), serving),
          "%s is published over %s, but was judged against %s",
          published.version(),
          serving,
          published.parent());
    }
    if (decided.by().startsWith("command")) {
      require(carriedOut.add(decided.by()), "%s is carried out twice", decided.by());
    }
    served.add(decided.serving());
  }

  private void command(byte[] value, @Nullable Rollout before, @Nullable Rollout decided)
      throws IOException {
    if (!CommandCodec.isAnswer(value)) {
      Command command = CommandCodec.read(value);
      commands.put(command.id(), command);
      return;
    }
    Answer answer = Json.decode(value, Answer.class);
    if (answer.state() == Answer.State.RUNNING) {
      return;
    }
    if (answer.start() != null) { // a training without a command
      require(
          answer.state() != Answer.State.DONE
              || decided == null
              || decided.serving().equals(answer.version()),
          "%s is done, but something else is rolled out with that",
          answer.command());
      return;
    }
    String id = answer.command();
    require(answers.put(id, answer) == null, "%s is answered twice", id);
    Command command = Objects.requireNonNull(commands.get(id));
    if (answer.state() == Answer.State.DONE) {
      require(
          decided != null && decided.by().equals(id) && decided.serving().equals(answer.version()),
          "%s is done, but nothing is rolled out with that",
          id);
      String expected = command.expectedServing();
      require(
          expected == null || before != null && before.serving().equals(expected),
          "%s is done, but expected %s to serve",
          id,
          expected);
    }
  }

  private void requireWhole() {
    Rollout rollout = models.rollout();
    if (rollout != null) {
      requireWhole(rollout.serving());
      if (rollout.previous() != null) {
        requireWhole(rollout.previous());
      }
    }
  }

  private void requireWhole(String name) {
    ModelVersion version = models.version(name);
    require(version != null, "the rollout names %s, which is not there", name);
    if (version != null) {
      require(isWhole(version.head()), "the head of %s is not whole", name);
      require(isWhole(version.manifest()), "the manifest of %s is not whole", name);
      require(
          version.network() == null || isWhole(version.network().weights()),
          "the network of %s is not whole",
          name);
    }
  }

  private boolean isWhole(Artifact artifact) {
    return Sha256.hex(bytes(artifact)).equals(artifact.sha256());
  }

  private byte[] bytes(Artifact artifact) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < artifact.chunks().size(); i++) {
      byte[] chunk = chunks.get(ArtifactReader.key(artifact.sha256(), i));
      if (chunk != null) {
        bytes.writeBytes(chunk);
      }
    }
    return bytes.toByteArray();
  }

  /** When all is quiet, and a leadership has begun after that. */
  public void requireSettled() {
    for (String id : commands.keySet()) {
      require(answers.containsKey(id), "%s is never answered", id);
    }
    Set<String> orphans = new HashSet<>(chunks.keySet());
    models
        .artifacts()
        .forEach(
            artifact -> {
              for (int i = 0; i < artifact.chunks().size(); i++) {
                orphans.remove(ArtifactReader.key(artifact.sha256(), i));
              }
            });
    require(orphans.isEmpty(), "chunks that no version names are left: %s", orphans);
  }

  static void require(boolean holds, String otherwise, @Nullable Object... values) {
    if (!holds) {
      throw new AssertionError(otherwise.formatted(values));
    }
  }
}
