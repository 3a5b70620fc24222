package dev.imprint.rollout;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.TunedNetwork;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.Candidate;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes versions and decides which one serves, as the holder of the one transactional id. A
 * version's chunks are written first and read back; then one small transaction names the version
 * and, if it is promoted, rolls it out. So a kill at any step never rolls out an incomplete
 * version; at most it leaves chunks that no version names ({@link #clean()}).
 *
 * <p>Not thread-safe. It can be used further after a {@link RefusedException} or an {@link
 * IOException}. After any other exception (a {@link KafkaException} if it was fenced by another
 * holder of the id, or Kafka is away) it is unknown what was committed: close this and the
 * producer, and start over with new ones. The creator must close it; the producer belongs to the
 * caller.
 */
public final class Publisher implements AutoCloseable {
  /** Additional records, or offsets, for the transaction of a decision. */
  @FunctionalInterface
  public interface More {
    /**
     * @param version that the decision names
     */
    void send(Producer<byte[], byte[]> producer, String version);
  }

  public static final More NOTHING_MORE = (producer, version) -> {};

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private final Clients clients;
  private final Topics topics;
  private final ArtifactReader reader;
  private final ArtifactWriter writer;
  private final OpenBackbones backbones;
  private final Retention retention;
  private final Clock clock;
  private final ModelsLog log;

  private Publisher(
      Producer<byte[], byte[]> producer,
      ModelStore store,
      OpenBackbones backbones,
      int keepVersions,
      Clock clock) {
    this.clients = store.clients();
    this.topics = store.topics();
    this.backbones = backbones;
    this.clock = clock;
    this.log = new ModelsLog(producer, topics.models(), store.models());
    this.reader = store.artifacts();
    this.writer = new ArtifactWriter(producer, reader, topics.artifacts());
    this.retention = new Retention(log, reader, writer, keepVersions);
  }

  /** The holder of this id decides; it fences the previous holder. */
  public static String transactionalId(String applicationId) {
    return applicationId + "-leader";
  }

  /**
   * Reads the current state.
   *
   * @param producer with the transactional id, after {@code initTransactions}: from then on nobody
   *     else can write, so this state stays valid
   * @param backbones that the service has open: heads of others are not rolled out
   * @param keepVersions {@link RolloutConfig#keepVersions()}
   * @throws KafkaException if Kafka does not answer
   */
  public static Publisher open(
      Producer<byte[], byte[]> producer,
      ModelStore store,
      OpenBackbones backbones,
      int keepVersions,
      Clock clock) {
    return new Publisher(producer, store, backbones, keepVersions, clock);
  }

  /** The current state, including what was written here. */
  public Models models() {
    return log.models();
  }

  /**
   * Publishes a judged head; one that the gate refused is recorded, but not rolled out. Then
   * deletes old versions.
   *
   * @param parent the version that it was judged against; null if none served
   * @param by who has it rolled out, as a display name
   * @param more goes into the transaction that names the version
   * @throws RefusedException if it is promoted, but another version than {@code parent} serves now,
   *     or it was trained on a backbone that is not open
   * @throws IOException if the bytes read back differ; no version was created
   * @throws KafkaException then it may have been published or not; see {@link Models}
   */
  public ModelVersion publish(Candidate candidate, @Nullable String parent, String by, More more)
      throws RefusedException, IOException {
    boolean promoted = candidate.judgement().promoted();
    if (promoted) {
      rules().requireStillJudged(parent);
      rules().requireOpen("the candidate", candidate.trunkId());
    }
    TunedNetwork network = network(candidate);
    Artifact head = writer.head(candidate.head(), candidate.folds(), models());
    Artifact manifest =
        writer.manifest(Manifest.write(candidate.examples(), candidate.unlabelled()), models());
    ModelVersion version =
        new ModelVersion(
            models().nextName(head.sha256()),
            parent,
            now(),
            candidate.head().backboneId(),
            candidate.head().labels(),
            head,
            manifest,
            candidate.training(),
            candidate.judgement(),
            network);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(log.record(version.version(), Json.encode(version)));
    if (promoted) {
      Rollout rollout = rollout(version.version(), by, candidate.judgement().reason());
      records.add(log.record(Topics.ROLLOUT_KEY, Json.encode(rollout)));
    }
    log.commit(records, sending -> more.send(sending, version.version()));
    LOG.info("Published {}: {}", version.version(), candidate.judgement().reason());
    retention.retire();
    return version;
  }

  /**
   * Changes labels. A serving version that knows them is replaced by one with the same weights.
   *
   * @param by who has it changed; {@code more} as with {@link #publish}, with no version's name if
   *     the serving version stays
   * @return the new version; null if the serving one stays
   * @throws IOException if the serving version cannot be read; nothing was changed
   */
  public @Nullable ModelVersion relabel(
      Relabelling relabelling,
      String by,
      BiConsumer<Producer<byte[], byte[]>, @Nullable ModelVersion> more)
      throws IOException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    ModelVersion serving = relabelling.serving();
    ModelVersion next = serving == null ? null : relabelled(serving, relabelling);
    if (next != null) {
      records.add(log.record(next.version(), Json.encode(next)));
    }
    records.add(log.record(Topics.LABELS_KEY, Json.encode(relabelling.after())));
    if (next != null) {
      Rollout before = models().rollout(); // a rollback must not lead to the same weights
      Rollout rollout =
          new Rollout(
              next.version(),
              before == null ? null : before.previous(),
              now(),
              by,
              next.judgement().reason());
      records.add(log.record(Topics.ROLLOUT_KEY, Json.encode(rollout)));
    }
    log.commit(records, sending -> more.accept(sending, next));
    LOG.info("{}: {}", by, relabelling.words(next == null ? null : next.version()));
    retention.retire();
    return next;
  }

  /** All labels of the service. */
  public LabelledSet labelled(LabelChanges changes) {
    return LabelledSet.read(clients, topics, changes);
  }

  private ModelVersion relabelled(ModelVersion serving, Relabelling relabelling)
      throws IOException {
    RelabelledVersion its = RelabelledVersion.of(serving, relabelling, reader);
    Artifact head = writer.head(its.head(), its.folds(), models());
    Artifact manifest = writer.manifest(its.manifest(), models());
    return new ModelVersion(
        models().nextName(head.sha256()),
        serving.version(),
        now(),
        serving.backboneId(),
        its.head().labels(),
        head,
        manifest,
        its.training(),
        its.judgement(),
        serving.network());
  }

  private @Nullable TunedNetwork network(Candidate candidate) throws IOException {
    Candidate.TunedNetwork network = candidate.network();
    return network == null
        ? null
        : new TunedNetwork(
            network.trunkId(),
            writer.network(network.weights(), models()),
            network.layersLearned(),
            network.firstLayer());
  }

  /**
   * Makes a version serve.
   *
   * @param by who decides, as a display name; {@code why} in words; {@code more} as with {@link
   *     #publish}
   * @throws RefusedException if it is missing, incomplete, already serving, or of a backbone that
   *     is not open
   */
  public Rollout promote(String name, String by, String why, More more) throws RefusedException {
    rules().promotable(name, reader);
    Rollout rollout = rollout(name, by, why);
    log.commit(
        List.of(log.record(Topics.ROLLOUT_KEY, Json.encode(rollout))),
        sending -> more.send(sending, name));
    LOG.info("{} rolled out {}: {}", by, name, why);
    return rollout;
  }

  /**
   * Makes the previous version serve; a second rollback returns to the version that the first one
   * started from.
   *
   * @throws RefusedException if there is none, or as with {@link #promote}
   */
  public Rollout rollback(String by, String why, More more) throws RefusedException {
    return promote(rules().previous(), by, why, more);
  }

  /**
   * Announces which backbones are open, for decisions made without them; the leader must call it.
   */
  public void announce() {
    if (!backbones.equals(models().backbones())) {
      log.commit(List.of(log.record(Topics.BACKBONES_KEY, Json.encode(backbones))), sending -> {});
    }
  }

  /** From now on, all instances serve its backbone in this precision, as far as they can. */
  public void choose(PrecisionChoice choice) {
    log.commit(List.of(log.record(Topics.PRECISION_KEY, Json.encode(choice))), sending -> {});
    LOG.info("Serving in {} from now on: {}", choice.precision(), choice.reason());
  }

  /**
   * Deletes chunks that no version names, such as those left by a kill during publishing. Reads the
   * whole topic of artifacts; intended to be called once, after opening.
   */
  public void clean() {
    retention.clean();
  }

  private Rollout rollout(String name, String by, String why) {
    Rollout before = models().rollout();
    return new Rollout(name, before == null ? null : before.serving(), now(), by, why);
  }

  private RolloutRules rules() {
    return new RolloutRules(models(), backbones);
  }

  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public void close() {
    reader.close();
  }
}
