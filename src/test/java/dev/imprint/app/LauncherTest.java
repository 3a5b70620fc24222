package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

/**
 * bin/imprint in a copy of the project's layout, with a fake java and mvn that only record calls.
 */
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then echo 'openjdk version "'${FAKE_VERSION:-17.0.1}'"' >&2; exit; fi
      echo "MALLOC_ARENA_MAX=$MALLOC_ARENA_MAX"
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
    assertThat(Files.readAllLines(notes))
        .hasSize(1)
        .first()
        .asString()
        .contains("-DskipDistribution");
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

    assertThat(newer.err()).contains("a source file has changed");
    assertThat(same.err()).isEmpty();
    assertThat(gone.err()).contains("a source file has changed");
    assertThat(Files.readAllLines(notes)).hasSize(3);
  }

  @Test
  void shouldRunThroughALinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("link"), project.resolve("bin/imprint"));

    Run run = await(start(link));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).containsSubsequence("-cp", project + "/target/imprint-1.jar");
  }

  @Test
  void shouldRunWhatAnUnpackedArchiveHoldsThoughThereIsNoMaven() throws Exception {
    Path unpacked = Files.createDirectories(dir.resolve("an archive"));
    Files.createDirectories(unpacked.resolve("lib/broker"));
    for (String jar : List.of("lib/imprint.jar", "lib/broker/kafka.jar", "lib/avro.jar")) {
      Files.createFile(unpacked.resolve(jar));
    }
    Path script = Files.createDirectories(unpacked.resolve("bin")).resolve("imprint");
    executable(script, Files.readString(Path.of("bin/imprint")));
    Path link = Files.createSymbolicLink(dir.resolve("imprint"), script);
    Files.delete(dir.resolve("tools/mvn"));

    Run run = await(start(link, "send", "a b", "PATH=" + dir.resolve("tools") + ":" + bareTools()));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsSubsequence(
            "-cp",
            "%1$s/lib/avro.jar:%1$s/lib/imprint.jar:%1$s/lib/broker/kafka.jar".formatted(unpacked))
        .endsWith("dev.imprint.app.Imprint", "send", "a b");
    assertThat(unpacked.resolve("target")).doesNotExist();
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
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = lock(dead.pid());

    assertThat(run().exitCode()).isZero();
    assertThat(lock)
        .satisfies(gone -> assertThat(Files.exists(gone, LinkOption.NOFOLLOW_LINKS)).isFalse());
  }

  @Test
  void shouldWaitForABuildThatLivesAndSayHowToEndThat() throws Exception {
    Path lock = lock(ProcessHandle.current().pid());
    Process waiting = start(project.resolve("bin/imprint"));

    String said = waiting.errorReader(UTF_8).readLine();
    Files.delete(lock);

    assertThat(said).contains("process-" + ProcessHandle.current().pid(), "remove " + lock);
    assertThat(await(waiting).exitCode()).isZero();
  }

  private Path lock(long pid) throws IOException {
    Path lock = Files.createDirectories(project.resolve("target")).resolve("imprint.build");
    return Files.createSymbolicLink(lock, Path.of("process-" + pid));
  }

  @Test
  void shouldRefuseAnOldJavaThoughAllIsBuiltAndWithoutStartingItIfItHasARelease() throws Exception {
    run();
    Run started = run("FAKE_VERSION=11.0.2");
    Files.writeString(dir.resolve("release"), "IMPLEMENTOR=\"a\"\nJAVA_VERSION=\"16.0.2\"\n");
    Run read = run();
    Files.writeString(dir.resolve("release"), "JAVA_VERSION=\"21\"\n");
    Run good = run("FAKE_VERSION=11.0.2");

    assertThat(started.exitCode()).isEqualTo(1);
    assertThat(started.err()).contains("is Java 11: install Java 17 or newer");
    assertThat(read.exitCode()).isEqualTo(1);
    assertThat(read.err()).contains("is Java 16: install Java 17 or newer");
    assertThat(good.exitCode()).as(good.err()).isZero();
  }

  @Test
  void shouldLeaveTheCollectorToTheUsersOptions() throws Exception {
    assertThat(run().out()).contains("-XX:+UseSerialGC");
    assertThat(run("IMPRINT_JAVA_OPTS=-Xmx2g -XX:+UseZGC").out())
        .contains("-XX:+UseZGC", "-Xmx2g")
        .doesNotContain("-XX:+UseSerialGC");
    assertThat(run("IMPRINT_JAVA_OPTS=-XX:+UseCompressedOops -Xmx2g").out())
        .contains("-XX:+UseSerialGC");
  }

  @Test
  void shouldLeaveTheFirstHeapToJavaIfTheUserSizesTheHeap() throws Exception {
    assertThat(run().out()).contains("-Xmx1g", "-Xms192m");
    for (String size : List.of("-Xmx128m", "-XX:MaxHeapSize=128m", "-XX:MaxNewSize=64m")) {
      assertThat(run("IMPRINT_JAVA_OPTS=" + size).out()).contains(size).doesNotContain("-Xms192m");
    }
  }

  @Test
  void shouldStartFromStoredClassesIfThereAreSome() throws Exception {
    Run without = run();
    Path stored = Files.createFile(project.resolve("target/imprint.jsa"));

    Run with = run();

    String flag = "-XX:SharedArchiveFile=" + stored;
    assertThat(without.out()).noneMatch(arg -> arg.startsWith("-XX:SharedArchiveFile"));
    assertThat(with.out()).contains(flag);
  }

  @Test
  void shouldBoundTheArenasOfMallocUnlessTheUserDoes() throws Exception {
    assertThat(run().out()).contains("MALLOC_ARENA_MAX=2");
    assertThat(run("MALLOC_ARENA_MAX=8").out()).contains("MALLOC_ARENA_MAX=8");
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

  @Test
  void shouldFetchMavenIfThereIsNone() throws Exception {
    Files.delete(dir.resolve("tools/mvn"));
    executable(project.resolve("mvnw"), MAVEN);

    Run run = run("PATH=" + dir.resolve("tools") + ":" + bareTools());

    assertThat(Files.readString(notes)).endsWith("package\n");
    assertThat(run.exitCode()).isZero();
  }

  /** A folder with the tools that the script needs, but no mvn. */
  private Path bareTools() throws IOException {
    Path tools = Files.createDirectories(dir.resolve("bare"));
    for (String tool :
        List.of(
            "dirname",
            "sed",
            "cat",
            "find",
            "head",
            "readlink",
            "mkdir",
            "rm",
            "ln",
            "sleep",
            "grep",
            "touch",
            "mv")) {
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
    builder
        .environment()
        .keySet()
        .removeAll(
            List.of("JAVA_HOME", "IMPRINT_MAVEN_ARGS", "IMPRINT_JAVA_OPTS", "MALLOC_ARENA_MAX"));
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
    // Both fit into the pipes' buffers.
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
