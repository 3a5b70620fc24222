package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.imprint.app.service.DataDirectory;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.broker.SecuredBroker;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Users' mistakes, and the message for each: one line that says what happened, where, and what to
 * do. Missing or too old Java and missing Maven are the launcher's job: {@link LauncherTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserErrorsTest {
  /** A wrong address must not hold anybody up for minutes; run alone, they take 15 s at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private static final String LOGGING = "logback.configurationFile";
  private static final Logger CLIENTS =
      (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");

  private static final int FAILED = ExitCodes.FAILED;
  private static final int WRONG = ExitCodes.WRONG_USAGE;
  private static final int REFUSED = ExitCodes.REFUSED;

  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();

  @TempDir static Path dir;
  private SecuredBroker secured;
  private ServerSocket web;
  private ServerSocket taken;
  private DataDirectory used;

  /**
   * One mistake.
   *
   * @param command with {kafka} (an open broker with topics), {secured} (one with passwords and
   *     ACLs), {web} (a web server), {nobody} (a port on which nobody listens), {taken} (a port in
   *     use) and {dir} (has the files of {@link UserErrorFiles})
   * @param says what happened, where, and what to do
   */
  private record UserError(String what, String command, int exitCode, List<String> says) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static UserError error(String what, String command, int exitCode, String... says) {
    return new UserError(what, command, exitCode, List.of(says));
  }

  /** Kafka's address, password and permissions. */
  static Stream<UserError> ofKafka() {
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
            WRONG,
            "kafka.properties.sasl.jaas.config is not set: security.protocol is SASL_PLAINTEXT",
            "set a user name and password"),
        error(
            "a password without its mechanism",
            "topics check" + secured + "kerberos.properties",
            WRONG,
            "kafka.properties.sasl.mechanism is not set: sasl.jaas.config is for PLAIN",
            "set PLAIN"),
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

  /** Settings and files. */
  static Stream<UserError> ofSettings() {
    String kafka = " --http-port 0 --bootstrap-server {kafka}";
    return Stream.of(
        error(
            "a key that is misspelt",
            "serve --config {dir}/typo.yaml",
            WRONG,
            "typo.yaml:1:11: unknown key serving.max_bach; did you mean serving.max_batch?"),
        error(
            "a value of the wrong type",
            "serve --config {dir}/type.yaml",
            WRONG,
            "type.yaml:1:11: serving.max_batch is many: set a whole number"),
        error(
            "a negative number",
            "serve --config {dir}/negative.yaml",
            WRONG,
            "negative.yaml:1:11: serving.threads is -1: set 1 to 64"),
        error(
            "broken YAML",
            "serve --config {dir}/broken.yaml",
            WRONG,
            "broken.yaml:3:2: while parsing a block mapping, expected",
            "check the colons, quotes and indentation"),
        error(
            "a variable that is not set",
            "serve --config {dir}/variable.yaml",
            WRONG,
            "variable.yaml:1:9: ${env:NO_SUCH_KAFKA}: the variable is not set; export"),
        error("settings that are not there", "watch --config nowhere.yaml", WRONG, "no such file"),
        error(
            "a port in use",
            "serve --data {dir}/data --bootstrap-server {kafka} --http-port {taken}",
            FAILED,
            "cannot listen on 127.0.0.1:{taken}, which may be in use: stop the other process, or"
                + " set http.port"),
        error(
            "the embedded broker's port in use",
            "serve --data {dir}/data --embedded --bootstrap-port {taken}",
            FAILED,
            "port {taken} on 127.0.0.1 is in use; choose another with --bootstrap-port"),
        error(
            "data that cannot be written",
            "serve --data {dir}/belt.png/data" + kafka,
            FAILED,
            "data is {dir}/belt.png/data: cannot write to it",
            "choose another directory with --data"),
        error(
            "two services with one data directory",
            "serve --data {dir}/used" + kafka,
            FAILED,
            "data directory '{dir}/used' is in use by another process; stop it, or set data to"),
        error(
            "a description of a backbone that is not there",
            "serve --data {dir}/data --config {dir}/no-yaml.yaml" + kafka,
            WRONG,
            "backbone is nowhere.yaml: there is no backbone description nowhere.yaml; name a YAML"),
        error(
            "a description of a backbone that is not there, asking doctor",
            "doctor --config {dir}/no-yaml.yaml --bootstrap-server {kafka}",
            FAILED,
            "backbone is nowhere.yaml: there is no backbone description nowhere.yaml; name a YAML",
            "topic images, "),
        error(
            "a picture as backbone",
            "serve --data {dir}/data --config {dir}/picture.yaml" + kafka,
            WRONG,
            "belt.png: this is neither a .keras file (a zip archive) nor an .h5 file: save the model"),
        error(
            "a backbone that was cut",
            "serve --data {dir}/data --config {dir}/cut.yaml" + kafka,
            WRONG,
            "cut.keras: the zip archive is damaged",
            "copy the file again, or save the model again"),
        error(
            "a SavedModel as backbone",
            "serve --data {dir}/data --config {dir}/saved.yaml" + kafka,
            WRONG,
            "is a directory. SavedModels are not read, because calling one can write files and run code.",
            "model.save(\"model.keras\")"),
        error(
            "a SavedModel's file as backbone",
            "serve --data {dir}/data --config {dir}/frozen.yaml" + kafka,
            WRONG,
            "colors.pb is a .pb file. SavedModels are not read"),
        error(
            "fewer labels than the classifier tells apart",
            "serve --data {dir}/data --config {dir}/two-labels.yaml" + kafka,
            WRONG,
            "colors.keras: labels: there are 2, but the network has 3 outputs: list one for each"),
        error(
            "a label twice",
            "serve --data {dir}/data --config {dir}/same-labels.yaml" + kafka,
            WRONG,
            "labels has 'red' twice, as numbers 1 and 3: give them different names"),
        error(
            "a file of labels that is not there",
            "serve --data {dir}/data --config {dir}/no-labels.yaml" + kafka,
            WRONG,
            "no-labels-backbone.yaml: labels: file:",
            "names.txt cannot be read"),
        error(
            "a file of labels that is empty",
            "serve --data {dir}/data --config {dir}/empty-labels.yaml" + kafka,
            WRONG,
            "empty.txt is empty; write one label per line, or remove labels"),
        error(
            "a backbone's file that is not there",
            "serve --data {dir}/data --config {dir}/lost.yaml" + kafka,
            WRONG,
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "a next backbone that is not there",
            "serve --data {dir}/data --config {dir}/no-next.yaml" + kafka,
            WRONG,
            "next_backbone is nowhere.yaml: there is no backbone description nowhere.yaml"),
        error(
            "a next backbone that was cut",
            "serve --data {dir}/data --config {dir}/next-cut.yaml" + kafka,
            WRONG,
            "next_backbone is {dir}/cut-backbone.yaml: ",
            "the zip archive is damaged"),
        error(
            "a next backbone that is the one at work",
            "serve --data {dir}/data --config {dir}/next-same.yaml" + kafka,
            WRONG,
            "that is the current backbone; set it to null"),
        error(
            "a picture as head",
            "serve --data {dir}/data --head {dir}/belt.png" + kafka,
            WRONG,
            "serving.head is {dir}/belt.png: not a head file, or one that is cut off",
            "name a file made for this backbone, or remove the setting"),
        error(
            "a head of another backbone",
            "serve --data {dir}/data --config {dir}/centered.yaml --head {dir}/belt.head" + kafka,
            WRONG,
            "the head was trained on backbone ad4510038f6a",
            "train it again"));
  }

  /** Images, labels and versions. */
  static Stream<UserError> ofWork() {
    String kafka = " --bootstrap-server {kafka}";
    return Stream.of(
        error(
            "an image that is too large",
            "send {dir}/belt.png --config {dir}/small.yaml" + kafka,
            FAILED,
            "belt.png: not sent: ",
            "more than images.max_bytes (50): make it smaller, or raise images.max_bytes"),
        error(
            "an image that is larger than its topic takes",
            "send {dir}/noise.png --config {dir}/narrow.yaml" + kafka,
            FAILED,
            "noise.png: not sent: Kafka: too large for its topic",
            "raise the topic's max.message.bytes"),
        error(
            "a file that is no image",
            "send {dir}/typo.yaml" + kafka,
            FAILED,
            "typo.yaml: not sent: not an image: convert it to JPEG, PNG, WebP, GIF or BMP"),
        error(
            "a file that is not there",
            "send {dir}/nowhere.jpg" + kafka,
            FAILED,
            "{dir}/nowhere.jpg: no such file or folder; name image files"),
        error(
            "an empty folder to send",
            "send {dir}/empty" + kafka,
            FAILED,
            "{dir}/empty: the folder is empty; name image files, or a folder of them"),
        error(
            "an empty folder to evaluate",
            "evaluate {dir}/empty" + kafka,
            FAILED,
            "{dir}/empty: the folder is empty"),
        error(
            "an estimate of the backbone that is at work",
            "backbone estimate {dir}/same-backbone.yaml" + kafka,
            FAILED,
            "is the backbone already configured: name the next one"),
        error(
            "an estimate of a backbone without a description",
            "backbone estimate {dir}/whole.keras" + kafka,
            FAILED,
            "whole.yaml is missing: write it with 'imprint backbone inspect --write'"),
        error(
            "an estimate of a backbone whose file is not there",
            "backbone estimate {dir}/lost-backbone.yaml" + kafka,
            FAILED,
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "an estimate of a classifier that tells apart more",
            "backbone estimate {dir}/two-labels-backbone.yaml" + kafka,
            FAILED,
            "colors.keras: labels: there are 2, but the network has 3 outputs: list one for each"),
        error(
            "an evaluation without a version",
            "evaluate {dir}/photos" + kafka,
            FAILED,
            "no version serves yet: send labels, then 'imprint retrain --wait'"),
        error(
            "a version that is not there",
            "models promote v9-12345678" + kafka,
            REFUSED,
            "refused: there is no version yet: train one with 'imprint retrain'"),
        error(
            "a rollback to nothing",
            "models rollback" + kafka,
            REFUSED,
            "refused: nothing has been rolled out yet: train a version"),
        error(
            "a promotion on a backbone whose file is not there",
            "models promote v1-12345678 --config {dir}/lost.yaml" + kafka,
            WRONG,
            "backbone is {dir}/lost-backbone.yaml: the backbone's file ",
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "a rollback on a backbone that was cut",
            "models rollback --config {dir}/cut-whole.yaml" + kafka,
            WRONG,
            "backbone is {dir}/cut-whole-backbone.yaml: ",
            "cut.keras: the zip archive is damaged",
            "copy the file again, or save the model again"),
        error(
            "a training without a service",
            "retrain --wait --timeout 1" + kafka,
            FAILED,
            "no answer after 1 s: is a service running (imprint serve)?"),
        error("an empty label", "label belt-1 ''" + kafka, WRONG, "IMAGE_ID or LABEL is empty"),
        error(
            "a rate below zero",
            "send --rate -5 {dir}/belt.png",
            WRONG,
            "--rate is -5.0: set more than 0"),
        error("no partitions", "topics create --partitions 0", WRONG, "--partitions is 0: set 1"));
  }

  @BeforeAll
  void start() throws Exception {
    // Logs as commands do, not as serve does for a running service.
    System.setProperty(LOGGING, "logback-test.xml");
    CLIENTS.setLevel(Level.OFF);
    secured = SecuredBroker.start(0);
    secured.allow("described.images", AclOperation.DESCRIBE);
    web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread server = new Thread(this::refuseAsAWebServerDoes, "web");
    server.setDaemon(true);
    server.start();
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    new UserErrorFiles(dir).write();
    for (String user : List.of("anna", "wrong")) {
      properties(user, SecuredBroker.properties("anna", user + "-secret"));
    }
    properties("admin", SecuredBroker.properties("admin", "admin-secret"));
    properties("tls", Map.of("security.protocol", "SSL"));
    properties("nobody", Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"));
    Map<String, String> kerberos = new HashMap<>(SecuredBroker.properties("admin", "admin-secret"));
    kerberos.remove("sasl.mechanism"); // Kafka's default is Kerberos
    properties("kerberos", kerberos);
    used = DataDirectory.open(dir.resolve("used"));
    run("topics create --bootstrap-server {kafka}");
    run(
        "topics create --config {dir}/described.yaml --bootstrap-server {secured}"
            + " --command-config {dir}/admin.properties");
    broker.createTopics(
        new NewTopic("parted.models", 3, (short) 1),
        new NewTopic("narrow.images", 1, (short) 1).configs(Map.of("max.message.bytes", "2000")));
  }

  @AfterAll
  void stop() throws IOException {
    used.close();
    taken.close();
    web.close();
    secured.close();
    CLIENTS.setLevel(null);
    System.clearProperty(LOGGING);
  }

  @ParameterizedTest
  @MethodSource({"ofKafka", "ofSettings", "ofWork"})
  void shouldSayWhatHappenedWhereAndWhatToDo(UserError error) {
    long start = System.nanoTime();

    Cli run = run(error.command());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(error.exitCode());
    String said = run.err() + run.out(); // the result of a check is its findings
    assertThat(said)
        .contains(error.says().stream().map(this::fill).toList())
        .doesNotContain("\tat ", "Exception");
    if (!error.command().matches("(topics check|doctor) .*")) {
      // Lines of Python that help may follow it.
      assertThat(run.err().lines().filter(line -> !line.matches("Try 'imprint.*|  model.*")))
          .hasSize(1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
  }

  @Test
  void shouldRefuseAHeapInWhichTheServiceCannotLive() {
    assertThat(catchThrowable(() -> ServeCommand.requireHeap(24L << 20)))
        .hasMessage(
            "Java's heap is 24 MiB, but the service needs 192 MiB: set IMPRINT_JAVA_OPTS=-Xmx1g");
  }

  @Test
  void shouldRefuseADiskThatIsFull() {
    assertThat(catchThrowable(() -> DataDirectory.requireSpace(Path.of("data"), 3L << 20)))
        .hasMessageStartingWith("data is data: the disk is full (3 MB free, at least 64")
        .hasMessageContaining("free up space, or choose another directory with --data");
  }

  private void refuseAsAWebServerDoes() {
    while (!web.isClosed()) {
      try (Socket client = web.accept()) {
        client.getInputStream().read();
        client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
        client.shutdownOutput();
        client.getInputStream().readAllBytes(); // closing earlier would discard the response
      } catch (IOException e) {
        // The client has gone, or the test has ended.
      }
    }
  }

  private Cli run(String command) {
    return Cli.run(
        Stream.of(fill(command).split(" "))
            .map(argument -> argument.replace("'", ""))
            .toArray(String[]::new));
  }

  private String fill(String text) {
    return text.replace("{kafka}", broker.bootstrapServers())
        .replace("{secured}", secured.bootstrapServers())
        .replace("{web}", "127.0.0.1:" + web.getLocalPort())
        .replace("{nobody}", "127.0.0.1:1")
        .replace("{taken}", Integer.toString(taken.getLocalPort()))
        .replace("{dir}", dir.toString());
  }

  private void properties(String name, Map<String, String> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Files.writeString(dir.resolve(name + ".properties"), text.toString());
  }
}
