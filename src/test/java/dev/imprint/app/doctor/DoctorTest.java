package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.TwoLayers;
import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.broker.SecuredBroker;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.PrecisionChoice;
import dev.imprint.tensorflow.EmbeddingDifference;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Doctor's findings, part by part, with a broker that uses passwords and ACLs. */
class DoctorTest {
  private static SecuredBroker broker;
  private static ImprintConfig config;
  private static Admin admin;

  @TempDir private Path dir;
  private final List<Finding> findings = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(0);
    config = as("admin", "admin-secret");
    admin = KafkaAddress.admin(config);
    new TopicSetup(admin, config).create(2, Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    broker.close();
  }

  @Test
  void shouldComputeWhatKerasDoesAndSayHowFast() {
    Optional<ModelCheck.Works> works = new ModelCheck(config, findings).run();

    assertThat(works).hasValueSatisfying(it -> assertThat(it.batch()).isPositive());
    assertThat(whats(Finding.Severity.OK))
        .anyMatch(what -> what.matches("embeddings of three bundled.*cosine at least 1\\.000000.*"))
        .anyMatch(
            what -> what.matches("the network takes .* for a batch of 24 .* images a second"));
    assertThat(whats(Finding.Severity.ERROR)).isEmpty();
  }

  @Test
  void shouldTellAnswersThatAreFarFromThoseExpected() {
    EmbeddingDifference same = difference(new float[][] {{1, 0}, {0, 2}});
    EmbeddingDifference other = difference(new float[][] {{1, 0}, {2, 0}});
    EmbeddingDifference none = difference(new float[][] {{1, 0}, {0, 0}});

    assertThat(same.smallestCosine()).isEqualTo(1);
    assertThat(same.largest()).isZero();
    assertThat(other.smallestCosine()).isZero();
    assertThat(other.largest()).isEqualTo(2);
    assertThat(none.smallestCosine()).isZero();
  }

  private static EmbeddingDifference difference(float[][] embeddings) {
    float[][] expected = {{1, 0}, {0, 2}};
    EmbeddingDifference difference = new EmbeddingDifference();
    for (int i = 0; i < embeddings.length; i++) {
      difference.add("picture " + i, expected[i], embeddings[i]);
    }
    return difference;
  }

  @ParameterizedTest
  @CsvSource({"0, WARNING", "1, WARNING", "2, OK", "3, OK"})
  void shouldWarnWhereKafkasTransactionsDoNotHold(int level, Finding.Severity severity) {
    Finding finding = TransactionCheck.of(level, "kafka:9092");

    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.what()).contains("transaction.version is " + level);
    assertThat(finding.fix())
        .satisfies(
            fix ->
                assertThat(fix.isEmpty() || fix.contains("--feature transaction.version=2"))
                    .isTrue());
  }

  @Test
  void shouldReadTheTransactionVersionOfTheBrokers() {
    assertThat(new TransactionCheck(new TopicSetup(admin, config)).finding())
        .isEqualTo(Finding.ok("the brokers' transaction.version is 2: transactions are safe"));
  }

  @Test
  void shouldFindWhatIsShortOnTheMachine() throws Exception {
    MachineCheck machine = new MachineCheck(config, findings);

    machine.examineJava(64L << 20);
    machine.examineDisk(1L << 30);
    machine.examineDescriptors(1024);

    assertThat(whats(Finding.Severity.WARNING))
        .anyMatch(what -> what.startsWith("a batch of the largest images"))
        .anyMatch(what -> what.contains("has 1024 MB free") && what.contains("about 2081 MB"))
        .anyMatch(what -> what.startsWith("at most 1024 files and connections"));
    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Finding.Severity.WARNING)
        .allMatch(finding -> !finding.fix().isEmpty());
  }

  @Test
  void shouldFindDataThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    ImprintConfig there =
        new ConfigReader(name -> null).read(null, Map.of("data", file.resolve("data").toString()));

    new MachineCheck(there, findings).examineDisk(1L << 40);

    assertThat(whats(Finding.Severity.ERROR))
        .containsExactly("data is %s: cannot write to %s".formatted(there.data(), file));
  }

  @Test
  void shouldCompareTheBrokersClock() {
    InstantSource late = InstantSource.offset(Clock.systemUTC(), Duration.ofHours(1));
    TopicSetup topics = new TopicSetup(admin, config);

    new ClusterCheck(topics, Clock.systemUTC(), findings).run();
    new ClusterCheck(topics, late, findings).run();

    assertThat(whats(Finding.Severity.OK))
        .anyMatch(what -> what.contains("answers: cluster ") && what.contains("brokers: 1"))
        .contains("this machine's clock agrees with the brokers'");
    assertThat(whats(Finding.Severity.WARNING))
        .singleElement()
        .asString()
        .matches("the brokers' clock is 3(60\\d|59\\d) s behind this machine's.*");
  }

  @Test
  void shouldNameAclsThatAreMissing() throws Exception {
    broker.allow(config.topics().images(), AclOperation.READ);
    ImprintConfig anna = as("anna", "anna-secret");
    try (Admin hers = KafkaAddress.admin(anna)) {
      new AccessCheck(new TopicSetup(hers, anna), findings).run();
    }

    assertThat(whats(Finding.Severity.ERROR))
        .contains(
            "this user may not read topic predictions, which 'imprint serve' requires",
            "this user may not write topic predictions, which 'imprint serve' requires",
            "this user may not read topic labels, which 'imprint serve' requires",
            "this user may not write topic labels, which 'imprint serve' requires",
            "this user may not read consumer group imprint-serving, which 'imprint serve' requires",
            "this user may not read consumer group imprint, which 'imprint serve' requires",
            "this user may not write transactional ids, which 'imprint serve' requires")
        .doesNotContain("this user may not read topic images, which 'imprint serve' requires");
    assertThat(findings)
        .allMatch(finding -> finding.fix().startsWith("kafka-acls.sh --bootstrap-server"));
  }

  @Test
  void shouldMissNothingOfAUserWhoMayDoEverything() {
    new AccessCheck(new TopicSetup(admin, config), findings).run();

    assertThat(findings).singleElement().extracting(Finding::severity).isEqualTo(OK);
  }

  @Test
  void shouldNameGroupsThatReadPredictions() throws Exception {
    DeliveryCheck delivery = new DeliveryCheck(new TopicSetup(admin, config), findings);
    delivery.run(Optional.of(Duration.ofMillis(200)));
    assertThat(whats(OK)).contains("exactly once, for consumers that set " + READ_COMMITTED);
    var offsets =
        Map.of(new TopicPartition(config.topics().predictions(), 0), new OffsetAndMetadata(0));
    for (String group : List.of("dashboard", config.applicationId())) { // ours reads them, too
      admin.alterConsumerGroupOffsets(group, offsets).all().get();
    }

    delivery.run(Optional.empty());

    assertThat(whats(Finding.Severity.WARNING))
        .singleElement()
        .asString()
        .contains("predictions are read by the groups dashboard:", READ_COMMITTED);
  }

  @ParameterizedTest
  @CsvSource({"200, 900, OK", "10000, 100, ERROR", "600000, 900, ERROR"})
  void shouldHoldTransactionsAgainstBatchesAndBrokers(
      long batchMs, long brokersSeconds, Finding.Severity severity) {
    new DeliveryCheck(new TopicSetup(admin, config), findings)
        .examineTimeout(
            Duration.ofMillis(batchMs), Optional.of(Duration.ofSeconds(brokersSeconds)));

    assertThat(findings).singleElement().extracting(Finding::severity).isEqualTo(severity);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v2-0a1b2c3d | mine  | OK      | version v2-0a1b2c3d is rolled out, labels [bolt, nut]
          v2-0a1b2c3d | other | WARNING | it was trained on backbone mine, and other is configured
                      | mine  | WARNING | no version is rolled out and there is no head
          """)
  void shouldSayWhichVersionIsRolledOut(
      String serving, String backbone, Finding.Severity severity, String what) {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut(serving), new OpenBackbones(backbone, null));

    assertThat(whats(severity)).singleElement().asString().contains(what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mine  | other | 'imprint retrain --wait' switches to next_backbone once every instance
          other | mine  | it was trained on next_backbone, so backbone can now be set
          """)
  void shouldSayHowFarAChangeOfBackbonesIs(String current, String next, String what) {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones(current, next));

    assertThat(whats(OK)).singleElement().asString().contains(what);
  }

  @Test
  void shouldSayThatAVersionOfTheLastLayerGoesOnServing() {
    new RolloutCheck(new TopicSetup(admin, config), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones("more", null, List.of("mine")));

    assertThat(whats(OK))
        .singleElement()
        .asString()
        .endsWith("the next one learns from all layers");
  }

  @Test
  void shouldNameTheSettingsThatGoWithTheOldBackbone() {
    assertThat(lastStep(null, "head-0a1b2c3d4e5f")).endsWith("; remove rollout.pin when you do");
    assertThat(lastStep("old.head", null)).endsWith("; remove serving.head when you do");
    assertThat(lastStep("old.head", "v2-0a1b2c3d")).endsWith("; remove serving.head when you do");
    assertThat(lastStep(null, null)).endsWith("be set to that one");
  }

  /** The finding on a rolled-out version of next_backbone. */
  private String lastStep(@Nullable String head, @Nullable String pin) {
    Map<String, Object> overrides = new HashMap<>();
    overrides.put("serving.head", head);
    overrides.put("rollout.pin", pin);
    ImprintConfig changing = new ConfigReader(name -> null).read(null, overrides);
    findings.clear();
    new RolloutCheck(new TopicSetup(admin, changing), findings)
        .examine(rolledOut("v2-0a1b2c3d"), new OpenBackbones("other", "mine"));
    return whats(OK).get(0);
  }

  @Test
  void shouldTryTheNextBackbone(@TempDir Path dir) throws Exception {
    ImprintConfig changing =
        new ConfigReader(name -> null)
            .read(null, Map.of("next_backbone", TwoLayers.write(dir).toString()));
    NextBackboneCheck check = new NextBackboneCheck(changing, findings);

    String id = check.run("another").orElseThrow().backboneIds().get(0);

    assertThat(whats(OK).get(0)).contains("embeddings of 1472 numbers");
    assertThat(findings.stream().map(Finding::what).skip(1))
        .as("its precision, on CPUs that have both")
        .hasSize(TensorFlowRuntime.probe().hasBf16() ? 1 : 0)
        .allMatch(what -> what.startsWith("next_backbone's precision: bf16 would "));
    assertThat(check.run(id)).isEmpty();
    assertThat(whats(Finding.Severity.ERROR))
        .singleElement()
        .asString()
        .contains("that is the current backbone");
  }

  @Test
  void shouldSayWhichPrecisionTheLeaderChose() {
    PrecisionChoice chosen =
        new PrecisionChoice("mine", "bf16", "1.6 times as fast", Instant.EPOCH);
    Models models = rolledOut("v2-0a1b2c3d").with(Topics.PRECISION_KEY, Json.encode(chosen));
    RolloutCheck check = new RolloutCheck(new TopicSetup(admin, config), findings);

    check.examine(models, new OpenBackbones("mine", null));

    assertThat(whats(OK).get(0))
        .isEqualTo(
            "precision bf16, chosen by the leader at 1970-01-01T00:00:00Z: 1.6 times as fast");
    findings.clear();
    check.examine(models, new OpenBackbones("other", null));
    assertThat(whats(OK)).as("of another backbone").isEmpty();
  }

  private static Models rolledOut(@Nullable String serving) {
    Metrics metrics = new Metrics(2, 1, 1, 1, 1, List.of(), List.of());
    var weights = new ModelVersion.Artifact("00", 1, List.of());
    ModelVersion version =
        new ModelVersion(
            "v2-0a1b2c3d",
            null,
            Instant.EPOCH,
            "mine",
            List.of("bolt", "nut"),
            weights,
            weights,
            new ModelVersion.Training(1, "cpu", 1, Map.of(), Map.of()),
            new ModelVersion.Judgement(true, "promoted", metrics, null, null));
    Rollout rollout =
        serving == null ? null : new Rollout(serving, null, Instant.EPOCH, "test", "test");

    return new Models(List.of(version), rollout, null, LabelChanges.NONE, null, Map.of());
  }

  @Test
  void shouldFindAnImagesTopicThatTakesMoreThanIsServed() throws Exception {
    var images = new ConfigResource(ConfigResource.Type.TOPIC, config.topics().images());
    var limit = new ConfigEntry("max.message.bytes", "20000000");
    admin
        .incrementalAlterConfigs(
            Map.of(images, List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
        .all()
        .get();

    findings.addAll(new TopicCheck(new TopicSetup(admin, config)).findings());

    assertThat(whats(Finding.Severity.WARNING))
        .containsExactly(
            "max.message.bytes of images is 20000000, but images.max_bytes is 8388608: larger"
                + " images become dead letters");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, ",
    "3, 3, 2, ",
    "3, 1, 1, has only one replica on 3 brokers",
    "3, 2, 2, nothing can be written while a broker is down",
    "3, 3, 1, a record counts as written once a single broker has it",
  })
  void shouldFindTopicsThatDoNotOutliveABroker(
      int brokers, int copies, int inSync, String expected) {
    Node node = new Node(1, "a", 1);
    List<Node> replicas = Collections.nCopies(copies, node);
    var topic =
        new TopicDescription(
            "images", false, List.of(new TopicPartitionInfo(0, node, replicas, replicas)));
    var setting =
        new Config(List.of(new ConfigEntry("min.insync.replicas", Integer.toString(inSync))));

    new ReplicationCheck(brokers).check(topic, setting, findings);

    if (expected == null) {
      assertThat(findings).isEmpty();
    } else {
      assertThat(whats(Finding.Severity.WARNING)).singleElement().asString().contains(expected);
    }
  }

  private static final Finding.Severity OK = Finding.Severity.OK;
  private static final String READ_COMMITTED = "isolation.level=read_committed";

  private List<String> whats(Finding.Severity severity) {
    return findings.stream()
        .filter(finding -> finding.severity() == severity)
        .map(Finding::what)
        .toList();
  }

  private static ImprintConfig as(String user, String password) {
    return new ConfigReader(name -> null)
        .read(
            null,
            Map.of(
                "kafka.bootstrap_servers",
                broker.bootstrapServers(),
                "kafka.properties",
                SecuredBroker.properties(user, password)));
  }
}
