package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imprint.app.config.ImprintConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LoggingTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final PrintStream stderr = System.err;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(logged, true, UTF_8));
  }

  @AfterEach
  void restore() throws JoranException {
    System.setErr(stderr);
    context.reset();
    new ContextInitializer(context).autoConfig();
  }

  @Test
  void shouldWriteOneJsonObjectALine() throws JsonProcessingException {
    Logging.configure(new ImprintConfig.Log(ImprintConfig.Log.LogFormat.JSON, Level.INFO));

    LoggerFactory.getLogger("dev.imprint.test").info("read {}", "a\nb");

    assertThat(lines()).hasSize(1);
    JsonNode line = new JsonMapper().readTree(lines()[0]);
    assertThat(line.get("log.level").asText()).isEqualTo("INFO");
    assertThat(line.get("message").asText()).isEqualTo("read a\nb");
    assertThat(line.get("log.logger").asText()).isEqualTo("dev.imprint.test");
    assertThat(line.get("service.name").asText()).isEqualTo("imprint");
    assertThat(Instant.parse(line.get("@timestamp").asText())).isNotNull();
    assertThat(line.hasNonNull("ecs.version")).isTrue();
  }

  @Test
  void shouldKeepAnExceptionWithinItsJsonObject() throws JsonProcessingException {
    Logging.configure(new ImprintConfig.Log(ImprintConfig.Log.LogFormat.JSON, Level.INFO));

    LoggerFactory.getLogger("dev.imprint.test")
        .error("failed", new IllegalStateException("not \"so\"\nbut"));

    assertThat(lines()).hasSize(1);
    JsonNode line = new JsonMapper().readTree(lines()[0]);
    assertThat(line.get("error.type").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(line.get("error.message").asText()).isEqualTo("not \"so\"\nbut");
    assertThat(line.get("error.stack_trace").asText()).contains("shouldKeepAnException");
  }

  @Test
  void shouldWriteFromTheLevelOnAndOfTheLibrariesWarningsAlone() {
    Logging.configure(new ImprintConfig.Log(ImprintConfig.Log.LogFormat.PLAIN, Level.DEBUG));

    LoggerFactory.getLogger("dev.imprint.test").debug("ours");
    LoggerFactory.getLogger("dev.imprint.test").trace("too much");
    LoggerFactory.getLogger("org.apache.kafka.clients").info("chatter");
    LoggerFactory.getLogger("org.apache.kafka.clients").warn("warning");

    assertThat(lines()).hasSize(2);
    assertThat(lines()[0]).contains("DEBUG", "ours");
    assertThat(lines()[1]).contains("WARN", "warning");
  }

  @Test
  void shouldWriteErrorsAloneIfTheLevelSaysSo() {
    Logging.configure(new ImprintConfig.Log(ImprintConfig.Log.LogFormat.PLAIN, Level.ERROR));

    LoggerFactory.getLogger("dev.imprint.test").warn("ours");
    LoggerFactory.getLogger("org.apache.kafka.clients").warn("theirs");

    assertThat(logged.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldNotLetAnIdSteerTheTerminalOrBeginALine() {
    Logging.configure(new ImprintConfig.Log(ImprintConfig.Log.LogFormat.PLAIN, Level.INFO));

    LoggerFactory.getLogger("dev.imprint.test")
        .warn(
            "image '{}'",
            "a\u001b[2J\u009b2J\u202e\nERROR b",
            new IllegalStateException("\u001b[1m"));

    assertThat(lines()[0]).endsWith("image 'a\\u001b[2J\\u009b2J\\u202e\\u000aERROR b'");
    assertThat(lines()[1]).isEqualTo("java.lang.IllegalStateException: \\u001b[1m");
    assertThat(lines()[2]).startsWith("\tat ");
  }

  private String[] lines() {
    return logged.toString(UTF_8).strip().split("\n");
  }
}
