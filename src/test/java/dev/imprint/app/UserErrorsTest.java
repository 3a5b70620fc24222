package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.imprint.app.service.DataDirectory;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.broker.SecuredBroker;
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
 * do. The tables are in {@link KafkaErrors}, {@link SettingsErrors} and {@link WorkErrors}. Missing
 * or too old Java and missing Maven are the launcher's job: {@link LauncherTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserErrorsTest {
  /** A wrong address must not hold anybody up for minutes; run alone, they take 15 s at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private static final String LOGGING = "logback.configurationFile";
  private static final Logger CLIENTS =
      (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");

  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();

  @TempDir static Path dir;
  private SecuredBroker secured;
  private ServerSocket web;
  private ServerSocket taken;
  private DataDirectory used;

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
    properties("polling", Map.of("max.poll.records", "many"));
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
  @MethodSource({
    "dev.imprint.app.KafkaErrors#all",
    "dev.imprint.app.SettingsErrors#all",
    "dev.imprint.app.WorkErrors#all"
  })
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
