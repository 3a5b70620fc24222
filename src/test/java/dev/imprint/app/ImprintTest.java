package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImprintTest {
  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "serve --help",
        "send --help",
        "watch --help",
        "status --help",
        "topics --help",
        "topics create --help",
        "topics check --help",
        "dlq --help",
        "dlq list --help",
        "dlq replay --help",
        "doctor --help",
        "label --help",
        "retrain --help",
        "evaluate --help",
        "models --help",
        "models list --help",
        "models show --help",
        "models promote --help",
        "models rollback --help",
        "backbone --help",
        "backbone inspect --help",
        "backbone verify --help",
        "backbone estimate --help",
        "demo --help",
        "generate-completion --help",
      })
  void shouldExplainEachCommandOnStdout(String args) {
    Cli run = Cli.run(args.split(" "));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: imprint").contains("--verbose", "--help");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldSayItsVersion() {
    assertThat(Cli.run("--version").out()).matches("(?s)imprint \\d+\\.\\d+.*Java .*");
  }

  @Test
  void shouldWriteACompletionThatKnowsTheCommandsAndCompletesFiles() {
    Cli run = Cli.run("generate-completion");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("complete -F _complete_imprint", "bashcompinit", "topics", "--from-beginning")
        .containsPattern("(?s)'--command-config'\\).{0,150}compgen -f -- ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                         | imprint: Missing required subcommand | Try 'imprint --help'
          watsh                      | imprint: Unmatched argument          | Did you mean: imprint watch
          send                       | send: Missing required parameter     | Try 'imprint send --help'
          send --rate fast x         | send: Invalid value for option '--rate' | Try 'imprint send --help'
          send --rate 0 x            | send: --rate is 0.0: set more than 0 | Try 'imprint send --help'
          watch --max some           | watch: Invalid value for option '--max' | Try 'imprint watch --help'
          watch --bootstrap-servr x  | watch: Unknown option                | --bootstrap-server
          serve --bootstrap-port 1   | serve: --bootstrap-port is for the embedded broker | add --embedded
          serve --http-port 99999    | serve: command line: http.port is 99999 | 65535
          topics                     | topics: Missing required subcommand  | Try 'imprint topics --help'
          dlq                        | dlq: Missing required subcommand     | Try 'imprint dlq --help'
          dlq replay --reason brokn  | replay: Invalid value for option '--reason': 'brokn' is not a reason | broken_image
          label                      | label: Missing required parameter    | Try 'imprint label --help'
          label belt-1               | label: give a LABEL, or one of --correct | Try 'imprint label --help'
          label belt-1 nut --correct | label: give a LABEL, or one of --correct | Try 'imprint label --help'
          label belt-1 --correct --forget | label: give a LABEL, or one of --correct | Try 'imprint label --help'
          label belt-1 nut --why bored | label: Invalid value for option '--why' | RANDOM
          evaluate                   | evaluate: Missing required parameter | Try 'imprint evaluate --help'
          retrain --timeout soon     | retrain: Invalid value for option '--timeout' | Try 'imprint retrain --help'
          models                     | models: Missing required subcommand  | Try 'imprint models --help'
          models promote             | promote: Missing required parameter  | Try 'imprint models promote --help'
          dlq list --topic labels    | list: Invalid value for option '--topic' | FEEDBACK
          watch --config no.yaml     | watch: no.yaml: no such file         | --config
          watch --command-config no  | watch: --command-config no: cannot be read | no
          watch --bootstrap-server x | watch: command line: kafka.bootstrap_servers is x: set host:port | x
          """)
  void shouldExit2OnWrongUsageWithTheFixOnStderr(String args, String error, String fix) {
    Cli run = Cli.run(args.isEmpty() ? new String[0] : args.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith(error).contains(fix).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "watch",
        "topics create",
        "topics check",
        "dlq list",
        "dlq replay",
        "retrain",
        "models list",
        "models show",
        "models rollback"
      })
  void shouldExit1AndSayHowToNameAnotherIfKafkaDoesNotAnswer(String command) throws IOException {
    Path hasty =
        Files.writeString(
            dir.resolve("hasty.yaml"),
            "kafka: {properties: {default.api.timeout.ms: 1000, request.timeout.ms: 1000}}");
    String server = "127.0.0.1:" + ServeProcess.freePort();

    Cli run =
        Cli.run((command + " --config " + hasty + " --bootstrap-server " + server).split(" "));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            command.substring(command.indexOf(' ') + 1)
                + ": Kafka at "
                + server
                + ": connection refused; start it, or name another address with"
                + " --bootstrap-server or kafka.bootstrap_servers");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void shouldPassClientPropertiesFromTheCommandLineOnWithoutShowingThem() throws IOException {
    Path file = Files.writeString(dir.resolve("client.properties"), "security.protocol=PIGEON\n");

    Cli run = Cli.run("topics", "check", "--command-config", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("security.protocol").doesNotContain("PIGEON");
  }
}
