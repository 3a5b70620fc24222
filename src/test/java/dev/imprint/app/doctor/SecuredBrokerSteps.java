package dev.imprint.app.doctor;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.broker.SecuredBroker;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Checks of a broker that uses passwords and ACLs. */
@SuppressWarnings("NullAway.Init")
class SecuredBrokerSteps extends FindingSteps {
  static SecuredBroker broker;
  static ImprintConfig config;
  static Admin admin;

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

  static ImprintConfig as(String user, String password) {
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
