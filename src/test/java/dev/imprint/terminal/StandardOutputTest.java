package dev.imprint.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.app.Imprint;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  private final StringWriter err = new StringWriter();
  private final List<Integer> exits = new CopyOnWriteArrayList<>();

  @Test
  void shouldPassOnWhatIsWrittenAndKeepTheCommandsExitCode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardOutput out = over(bytes);

    new PrintWriter(out, true, UTF_8).println("é");

    assertThat(bytes.toString(UTF_8)).isEqualTo("é" + System.lineSeparator());
    assertThat(out.exitCode(3)).isEqualTo(3);
    assertThat(exits).isEmpty();
  }

  @Test
  void shouldEndOnceAndQuietlyAsSigpipeDoesIfNobodyReads() {
    StandardOutput out = over(failing("Broken pipe"));
    PrintWriter writer = new PrintWriter(out, true, UTF_8);

    writer.println("a");
    writer.println("b");

    await().untilAsserted(() -> assertThat(exits).containsExactly(141));
    assertThat(out.exitCode(0)).isEqualTo(141);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldFailWithTheReasonIfTheDiskIsFull() {
    StandardOutput out = over(failing("No space left on device"));

    new PrintWriter(out, true, UTF_8).println("a");

    await().untilAsserted(() -> assertThat(exits).containsExactly(1));
    assertThat(out.exitCode(0)).isEqualTo(1);
    assertThat(err.toString()).contains("cannot write to standard output: No space left on device");
  }

  @Test
  void shouldEndTheWholeProgramSo() throws Exception {
    File full = new File("/dev/full");
    assumeThat(full).as("Linux").exists();
    ProcessBuilder help =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Imprint.class.getName(),
            "--help");
    help.environment().put("LC_ALL", "C"); // as set by bin/imprint

    Process unread = help.start();
    unread.getInputStream().close();
    Process onFullDisk = help.redirectOutput(full).start();

    assertThat(unread.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(unread.exitValue()).isEqualTo(141);
    assertThat(unread.getErrorStream().readAllBytes()).isEmpty();
    assertThat(onFullDisk.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(onFullDisk.exitValue()).isEqualTo(1);
    assertThat(onFullDisk.getErrorStream().readAllBytes()).asString(UTF_8).contains("No space");
  }

  private StandardOutput over(OutputStream out) {
    return new StandardOutput(out, new PrintWriter(err, true), exits::add);
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
