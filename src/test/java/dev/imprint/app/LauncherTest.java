package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/imprint in a copy of the project's outline, with a java and a mvn that only take notes. */
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then echo 'openjdk version "'${FAKE_VERSION:-17.0.1}'"' >&2; exit; fi
      for arg in "$@"; do echo "$arg"; done
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >>"$NOTES"
      if [ -n "${FAKE_FAILURE-}" ]; then echo "[ERROR] $FAKE_FAILURE"; exit 1; fi
      mkdir -p target/lib && touch target/imprint-1.jar
      """;

  @TempDir private Path dir;
  private Path project;
  private Path notes;

  private record Run(int exitCode, List<String> out, String err) {}

  @BeforeEach
  void layOut() throws IOException {
    assumeThat(Path.of("/bin/sh")).as("a POSIX shell").exists();
    project = Files.createDirectories(dir.resolve("a project"));
    notes = dir.resolve("notes");
    for (String folder : List.of("src/main/java", "schemas", "backbones", "config", "bin")) {
      Files.createDirectories(project.resolve(folder));
    }
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    Files.writeString(project.resolve("src/main/java/A.java"), "class A {}");
    executable(project.resolve("bin/imprint"), Files.readString(Path.of("bin/imprint")));
    Files.createDirectories(dir.resolve("tools"));
    executable(dir.resolve("tools/java"), JAVA);
    executable(dir.resolve("tools/mvn"), MAVEN);
  }

  @Test
  void shouldBuildOnFirstUseAndThenPassTheArgumentsOnAsTheyAre() throws Exception {
    Run first = run("send", "a b", "*");
    Run second = run("send", "a b", "*");

    assertThat(first.exitCode()).isZero();
    assertThat(first.err()).contains("Building Imprint (first use");
    assertThat(second.err()).isEmpty();
    assertThat(Files.readAllLines(notes)).hasSize(1);
    assertThat(second.out())
        .contains("-Dorg.bytedeco.javacpp.maxBytes=0")
        .endsWith("dev.imprint.app.Imprint", "send", "a b", "*");
  }

  @Test
  void shouldBuildAgainIfASourceIsNewerOrGone() throws Exception {
    run();
    touch(project.resolve("src/main/java/A.java"));
    Run newer = run();
    Run same = run();
    Files.delete(project.resolve("src/main/java/A.java"));
    touch(project.resolve("src/main/java"));
    Run gone = run();

    assertThat(newer.err()).contains("a source is newer");
    assertThat(same.err()).isEmpty();
    assertThat(gone.err()).contains("a source is newer");
    assertThat(Files.readAllLines(notes)).hasSize(3);
  }

  @Test
  void shouldRunThroughALinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("link"), project.resolve("bin/imprint"));

    Run run = await(start(link));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).anyMatch(arg -> arg.startsWith(project + "/target/imprint-1.jar:"));
  }

  @Test
  void shouldBuildOnceIfStartedTwiceAtOnce() throws Exception {
    Process one = start(project.resolve("bin/imprint"));
    Process other = start(project.resolve("bin/imprint"));

    assertThat(await(one).exitCode()).isZero();
    assertThat(await(other).exitCode()).isZero();
    assertThat(Files.readAllLines(notes)).hasSize(1);
  }

  @Test
  void shouldClearTheLockOfABuildThatDied() throws Exception {
    Path lock = Files.createDirectories(project.resolve("target/imprint.lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));

    assertThat(run().exitCode()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void shouldShowWhatFailedAndTryAgainNextTime() throws Exception {
    Run failed = run("FAKE_FAILURE=no such library");
    Run again = run();

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err()).contains("[ERROR] no such library").contains("imprint-build.log");
    assertThat(failed.out()).isEmpty();
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void shouldNameWhatIsMissingWithTheFix() throws Exception {
    Run old = run("FAKE_VERSION=11.0.2");
    Run noJava = run("JAVA_HOME=/nowhere");
    Files.delete(dir.resolve("tools/mvn"));
    Run noMaven = run("PATH=" + dir.resolve("tools") + ":" + bareTools());

    assertThat(old.exitCode()).isEqualTo(1);
    assertThat(old.err()).contains("is Java 11: install Java 17 or newer");
    assertThat(noJava.exitCode()).isEqualTo(1);
    assertThat(noJava.err()).contains("no Java at '/nowhere/bin/java'");
    assertThat(noMaven.exitCode()).isEqualTo(1);
    assertThat(noMaven.err()).contains("no Maven: install it");
  }

  /** A folder with the tools that the script needs, and without a mvn. */
  private Path bareTools() throws IOException {
    Path tools = Files.createDirectories(dir.resolve("bare"));
    for (String tool :
        List.of("dirname", "sed", "cat", "find", "head", "readlink", "mkdir", "rm")) {
      executable(
          tools.resolve(tool),
          "#!/bin/sh\nPATH=%s exec %s \"$@\"\n".formatted(System.getenv("PATH"), tool));
    }
    return tools;
  }

  /** Arguments that name a variable go to the environment. */
  private Run run(String... args) throws IOException, InterruptedException {
    return await(start(project.resolve("bin/imprint"), args));
  }

  private Process start(Path script, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
    builder.environment().put("NOTES", notes.toString());
    builder.environment().merge("PATH", dir.resolve("tools") + ":", (old, ours) -> ours + old);
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "IMPRINT_MAVEN_ARGS"));
    for (String arg : args) {
      if (arg.matches("[A-Z_]+=.*")) {
        builder.environment().put(arg.split("=", 2)[0], arg.split("=", 2)[1]);
      } else {
        command.add(arg);
      }
    }
    return builder.command(command).start();
  }

  private static Run await(Process process) throws IOException, InterruptedException {
    // Both are short enough for the pipes' buffers.
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList(),
        new String(process.getErrorStream().readAllBytes(), UTF_8));
  }

  private static void touch(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
  }

  private static void executable(Path path, String text) throws IOException {
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
