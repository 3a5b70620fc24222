package dev.imprint.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Findings on the brokers, their topics, and what a user may do there. */
class ClusterCheckTest extends SecuredBrokerSteps {
  private static final String READ_COMMITTED = "isolation.level=read_committed";

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
}
