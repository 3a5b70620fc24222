package dev.imprint.app.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.Cli;
import dev.imprint.app.config.ConfigReader;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.web.access.Token;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

class UsersCommandsTest {
  private static final String PASSWORD = "correct horse";

  @TempDir private Path dir;

  @Test
  void shouldPrintALineOfTheSettingsThatKnowsThePassword() throws Exception {
    Cli cli =
        withInput(PASSWORD + "\n", "users", "password", "ada", "--role", "operate", "--stdin");

    assertThat(cli.exitCode()).as(cli.err()).isZero();
    assertThat(cli.out() + cli.err()).doesNotContain(PASSWORD);
    var user = settings("users", cli.out()).http().access().users().get(0);
    assertThat(user.name()).isEqualTo("ada");
    assertThat(user.role()).hasToString("operate");
    assertThat(BCrypt.checkpw(PASSWORD, String.valueOf(user.password()))).isTrue();
  }

  @Test
  void shouldPrintATokenAndALineOfTheSettingsThatKnowsIt() throws Exception {
    Cli cli = Cli.run("users", "token", "robot");

    assertThat(cli.exitCode()).isZero();
    List<String> lines = cli.outLines();
    assertThat(lines.get(1)).doesNotContain(lines.get(0));
    var token = settings("tokens", lines.get(1)).http().access().tokens().get(0);
    assertThat(token.role()).hasToString("label");
    assertThat(token.hash()).isEqualTo(Token.hash(lines.get(0)));
    assertThat(Cli.run("users", "token", "robot").outLines().get(0)).isNotEqualTo(lines.get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "\n"})
  void shouldRefuseAShortPassword(String input) {
    Cli cli = withInput(input, "users", "password", "ada", "--stdin");

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("fewer than 10 characters: choose a longer one");
  }

  @Test
  void shouldRefuseAPasswordThatBcryptWouldCutOff() {
    Cli cli = withInput("x".repeat(73), "users", "password", "ada", "--stdin");

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("more than 72 bytes");
  }

  @Test
  void shouldNotReadAPasswordWithEcho() {
    Cli cli = Cli.run("users", "password", "ada");

    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("no terminal to ask for the password", "--stdin");
  }

  private ImprintConfig settings(String key, String line) throws Exception {
    Path file =
        Files.writeString(dir.resolve("my.yaml"), "http:\n  %s:\n  %s".formatted(key, line));
    return new ConfigReader(name -> null).read(file, Map.of());
  }

  private static Cli withInput(String input, String... args) {
    InputStream stdin = System.in;
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
      return Cli.run(args);
    } finally {
      System.setIn(stdin);
    }
  }
}
