package dev.imprint.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Utils;

/**
 * A broker that requires a password (SASL/PLAIN) and allows only what its ACLs permit; the user
 * admin may do everything. The creator must close it.
 */
public final class SecuredBroker implements AutoCloseable {
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username='%s'"
          + " password='%s'%s;";

  private final Path data;
  private final EmbeddedBroker broker;

  private SecuredBroker(Path data, EmbeddedBroker broker) {
    this.data = data;
    this.broker = broker;
  }

  /**
   * @param port 0 for a free one
   */
  public static SecuredBroker start(int port) throws IOException {
    Path data = Files.createTempDirectory("imprint-secured");
    String users = " user_admin='admin-secret' user_anna='anna-secret'";
    return new SecuredBroker(
        data,
        EmbeddedBroker.start(
            data,
            port,
            Map.of(
                "listener.security.protocol.map",
                "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "sasl.mechanism.inter.broker.protocol",
                "PLAIN",
                "listener.name.plaintext.plain.sasl.jaas.config",
                LOGIN.formatted("admin", "admin-secret", users),
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                // The controller's listener does not authenticate.
                "super.users",
                "User:admin;User:ANONYMOUS")));
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A client's properties for this user. */
  public static Map<String, String> properties(String user, String password) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        LOGIN.formatted(user, password, ""));
  }

  /** Allows anna one operation on a topic. */
  public void allow(String topic, AclOperation operation)
      throws ExecutionException, InterruptedException {
    Map<String, Object> admin = new HashMap<>(properties("admin", "admin-secret"));
    admin.put("bootstrap.servers", bootstrapServers());
    try (Admin client = Admin.create(admin)) {
      client
          .createAcls(
              List.of(
                  new AclBinding(
                      new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                      new AccessControlEntry(
                          "User:anna", "*", operation, AclPermissionType.ALLOW))))
          .all()
          .get();
    }
  }

  @Override
  public void close() throws IOException {
    broker.close();
    Utils.delete(data.toFile());
  }
}
