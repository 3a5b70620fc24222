package dev.imprint.app;

import static dev.imprint.app.UserError.error;
import static dev.imprint.terminal.ExitCodes.FAILED;
import static dev.imprint.terminal.ExitCodes.WRONG_USAGE;

import java.util.stream.Stream;

/** Mistakes with Kafka's address, password and permissions. */
final class KafkaErrors {
  private KafkaErrors() {}

  static Stream<UserError> all() {
    String kafka = " --bootstrap-server {kafka}";
    String secured = " --bootstrap-server {secured} --command-config {dir}/";
    return Stream.of(
        error(
            "connection refused",
            "watch --config {dir}/hasty.yaml --bootstrap-server {nobody}",
            FAILED,
            "Kafka at {nobody}: connection refused; start it, or name another",
            "--bootstrap-server"),
        error(
            "no such host",
            "watch --bootstrap-server kafka.invalid:9092",
            FAILED,
            "Kafka at kafka.invalid:9092: unknown host; correct its name"),
        error(
            "a web server's address",
            "serve --http-port 0 --bootstrap-server {web}",
            FAILED,
            "Kafka at {web}: the server there is not Kafka, perhaps a web server; name another"),
        error(
            "TLS where there is none",
            "watch --config {dir}/hasty.yaml --command-config {dir}/tls.properties" + kafka,
            FAILED,
            "Kafka at {kafka}: it does not use TLS, but security.protocol is SSL; set"),
        error(
            "no password where one is wanted",
            "watch --config {dir}/hasty.yaml --bootstrap-server {secured}",
            FAILED,
            "Kafka at {secured}: Kafka is there, but closes the connection",
            "if it requires a password (security.protocol is PLAINTEXT), set security.protocol"),
        error(
            "no password in the settings",
            "serve --http-port 0" + secured + "nobody.properties",
            WRONG_USAGE,
            "kafka.properties.sasl.jaas.config is not set: security.protocol is SASL_PLAINTEXT",
            "set a user name and password"),
        error(
            "a password without its mechanism",
            "topics check" + secured + "kerberos.properties",
            WRONG_USAGE,
            "kafka.properties.sasl.mechanism is not set: sasl.jaas.config is for PLAIN",
            "set PLAIN"),
        error(
            "a setting that no consumer takes",
            "serve --http-port 0 --command-config {dir}/polling.properties" + kafka,
            WRONG_USAGE,
            "cannot open a Kafka consumer with the settings under kafka: Invalid value",
            "(value of max.poll.records) for configuration max.poll.records"),
        error(
            "a wrong password",
            "serve --http-port 0" + secured + "wrong.properties",
            FAILED,
            "Kafka at {secured}: it rejects the user name or password",
            "check sasl.mechanism and sasl.jaas.config"),
        error(
            "no right to create topics",
            "topics create" + secured + "anna.properties",
            FAILED,
            "Kafka: not allowed to create topic",
            "kafka-acls.sh --add --operation create --topic"),
        error(
            "no right to the topics, serving",
            "serve --http-port 0" + secured + "anna.properties",
            FAILED,
            "Kafka: not allowed: topic images; ask an administrator to add ACLs",
            "imprint doctor"),
        error(
            "no right to write images, sending",
            "send {dir}/belt.png --config {dir}/described.yaml" + secured + "anna.properties",
            FAILED,
            "belt.png: not sent: Kafka: not allowed: the cluster (sending requires WRITE on the"
                + " topic); ask an administrator to add ACLs"),
        error(
            "no such topic",
            "send {dir}/belt.png --config {dir}/other.yaml" + kafka,
            FAILED,
            "topic other.images is missing at {kafka}: create it with 'imprint topics create'"),
        error(
            "several partitions where one is needed",
            "topics check --config {dir}/parted.yaml" + kafka,
            FAILED,
            "parted.models has 3 partitions, but its records must be in a single order",
            "create it again with one partition (imprint topics create)"),
        error(
            "more copies than brokers",
            "topics create --replication-factor 3 --config {dir}/other.yaml" + kafka,
            FAILED,
            "Kafka: ",
            "Lower --replication-factor, or start more brokers"));
  }
}
