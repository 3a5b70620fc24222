package dev.imprint.event;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.JaasUtils;

/** Detects a missing user or password; Kafka's own message talks about a JAAS section. */
record SaslSettings(Map<String, String> properties) {
  private static final String PREFIX = "kafka.properties.";

  /**
   * @throws InvalidSettingException naming key and fix
   */
  void require() {
    String protocol =
        properties.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT");
    if (!protocol.toUpperCase(Locale.ROOT).startsWith("SASL")
        || System.getProperty(JaasUtils.JAVA_LOGIN_CONFIG_PARAM) != null) {
      return;
    }
    String login = properties.getOrDefault(SaslConfigs.SASL_JAAS_CONFIG, "");
    unless(
        !login.isBlank(),
        PREFIX + SaslConfigs.SASL_JAAS_CONFIG,
        "not set",
        ("security.protocol is %s, so set a user name and password, in kafka.properties or in"
                + " the file given with --command-config:"
                + " org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"...\" password=\"...\";")
            .formatted(protocol));
    boolean kerberos =
        properties
            .getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM)
            .equals(SaslConfigs.GSSAPI_MECHANISM);
    unless(
        !kerberos || !(login.contains("PlainLoginModule") || login.contains("ScramLoginModule")),
        PREFIX + SaslConfigs.SASL_MECHANISM,
        properties.getOrDefault(SaslConfigs.SASL_MECHANISM, "not set"),
        login.contains("PlainLoginModule")
            ? "sasl.jaas.config is for PLAIN: set PLAIN"
            : "sasl.jaas.config is for SCRAM: set SCRAM-SHA-256 or SCRAM-SHA-512");
  }
}
