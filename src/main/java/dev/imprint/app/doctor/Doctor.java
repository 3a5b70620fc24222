package dev.imprint.app.doctor;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.doctor.ModelCheck.Works;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.rollout.OpenBackbones;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Checks everything that serving needs, and reports problems. */
final class Doctor {
  private final ImprintConfig config;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();

  Doctor(ImprintConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  List<Finding> examine() {
    findings.clear();
    new MachineCheck(config, findings).run();
    Optional<Works> model = new ModelCheck(config, findings).run();
    Optional<Works> next =
        model.flatMap(
            works -> new NextBackboneCheck(config, findings).run(works.backboneIds().get(0)));
    examineKafka(model, next);
    return List.copyOf(findings);
  }

  /** Either may serve, and transactions must be long enough for both. */
  private static Optional<Duration> slower(Optional<Works> model, Optional<Works> next) {
    return Stream.of(model, next)
        .flatMap(Optional::stream)
        .map(Works::batch)
        .max(Comparator.naturalOrder());
  }

  private void examineKafka(Optional<Works> model, Optional<Works> next) {
    try (Admin admin = KafkaAddress.admin(config)) {
      TopicSetup topics = new TopicSetup(admin, config);
      new ClusterCheck(topics, clock, findings).run();
      new AccessCheck(topics, findings).run();
      findings.add(new TransactionCheck(topics).finding());
      findings.addAll(new TopicCheck(topics).findings());
      new Clients(config.kafka()).requireValid(); // the rest reads records
      model
          .map(
              works ->
                  OpenBackbones.of(
                      works.backboneIds(), next.map(Works::backboneIds).orElse(List.of())))
          .ifPresent(new RolloutCheck(topics, findings)::run);
      new DeliveryCheck(topics, findings).run(slower(model, next));
    } catch (AuthorizationException e) {
      findings.add(
          Finding.error(
              "topics and delivery were not checked: this user is not allowed to describe them",
              "add the ACLs named above, and DESCRIBE and DESCRIBE_CONFIGS on the topics"));
    } catch (CommandFailedException | KafkaException | IllegalArgumentException e) {
      findings.add(
          Finding.error(
              Failures.describe(e), "set kafka, or --bootstrap-server and --command-config"));
    }
  }
}
