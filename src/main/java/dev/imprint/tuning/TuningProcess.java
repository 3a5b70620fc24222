package dev.imprint.tuning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.model.LowPriority;
import dev.imprint.tensorflow.tuning.TuningProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a fine-tuning in a JVM of its own, at low priority and within bounds. It is killed if it
 * makes no progress, if the calling thread is interrupted, and if this process ends in whatever
 * way. Stateless; thread-safe.
 */
public final class TuningProcess {
  private static final Logger LOG = LoggerFactory.getLogger(TuningProcess.class);

  /** Of temporary files and of the native libraries, which are unpacked there. */
  private static final List<String> PLACES =
      List.of("java.io.tmpdir", "org.bytedeco.javacpp.cachedir");

  private static final String END = "end of output"; // no JSON

  private final TuningLimits limits;
  private final String mainClass;

  public TuningProcess(TuningLimits limits) {
    this(limits, TuningChild.class);
  }

  TuningProcess(TuningLimits limits, Class<?> main) {
    this.limits = limits;
    this.mainClass = main.getName();
  }

  /**
   * Runs one to its end.
   *
   * @param folder that exists, for its files; the caller deletes it
   * @param listener called in this thread
   * @throws TuningFailedException with the reason, for people
   * @throws InterruptedException if the thread was interrupted; the process has ended then
   */
  public TuningOutcome run(TuningRequest request, Path folder, TuningProgress.Listener listener)
      throws TuningFailedException, InterruptedException {
    TuningFolder files = new TuningFolder(folder);
    try {
      files.removeOutcome();
      files.write(request);
      Process process = new ProcessBuilder(command(folder, request)).start();
      try {
        follow(process, crashLog(folder), listener);
      } finally {
        process.destroyForcibly().onExit().join();
      }
      return files.readOutcome();
    } catch (IOException e) {
      throw new TuningFailedException(
          "its files in %s cannot be read or written: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private List<String> command(Path folder, TuningRequest request) throws IOException {
    int threads = request.tensorflow().threads();
    List<String> command = new ArrayList<>();
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")
        && !LowPriority.isLow()) { // which it would inherit
      command.addAll(List.of("nice", "-n", LowPriority.NICENESS));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (threads > 0) {
      command.add("-XX:ActiveProcessorCount=" + threads);
    }
    command.addAll(
        List.of(
            "-Xmx%dm".formatted(limits.heapMb()),
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + crashLog(folder),
            "-Djava.awt.headless=true",
            "-Djdk.nio.maxCachedBufferSize=262144",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=%dm".formatted(limits.memoryMb())));
    for (String place : PLACES) {
      String set = System.getProperty(place);
      if (set != null) {
        command.add("-D%s=%s".formatted(place, set));
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            mainClass,
            folder.toString(),
            String.valueOf(limits.diskBytes() - request.pictureBytes())));
    return command;
  }

  private static Path crashLog(Path folder) {
    return folder.resolve("crash.log");
  }

  private void follow(Process process, Path crashLog, TuningProgress.Listener listener)
      throws TuningFailedException, InterruptedException {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    LastLines log = new LastLines();
    Thread errors = reader("tuning-log", process.errorReader(UTF_8), log::add, () -> {});
    reader("tuning-progress", process.inputReader(UTF_8), lines::add, () -> lines.add(END));
    String failure = null;
    for (String line = next(lines); !line.equals(END); line = next(lines)) {
      TuningLine read = parse(line);
      if (read == null) {
        log.add(line);
      } else if (read.progress() != null) {
        listener.progress(read.progress());
      } else {
        failure = read.failure();
      }
    }
    if (!process.waitFor(limits.silence().toMillis(), TimeUnit.MILLISECONDS)) {
      throw stuck();
    }
    errors.join(limits.silence().toMillis());
    if (process.exitValue() != TuningChild.DONE) {
      throw new TuningFailedException(
          failure != null
              ? failure
              : Files.exists(crashLog)
                  ? "native code crashed: " + log
                  : reason(process.exitValue(), log));
    }
  }

  private String next(BlockingQueue<String> lines)
      throws InterruptedException, TuningFailedException {
    String line = lines.poll(limits.silence().toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw stuck();
    }
    return line;
  }

  private TuningFailedException stuck() {
    return new TuningFailedException(
        "it made no progress for %d s and was killed: check whether the machine is overloaded"
            .formatted(limits.silence().toSeconds()));
  }

  /** Null if it is none: the JVM itself writes its last words there. */
  private static @Nullable TuningLine parse(String line) {
    try {
      return Json.decode(line.getBytes(UTF_8), TuningLine.class);
    } catch (IOException e) {
      return null;
    }
  }

  private static Thread reader(
      String name, BufferedReader in, Consumer<String> each, Runnable atEnd) {
    Thread thread =
        new Thread(
            () -> {
              try (in) {
                in.lines().forEach(each);
              } catch (IOException | UncheckedIOException e) {
                LOG.debug("The pipe of a fine-tuning broke", e); // when it is killed
              } finally {
                atEnd.run();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private String reason(int exitCode, LastLines log) {
    // ExitOnOutOfMemoryError ends with 3, and a shell adds 128 to a signal's number.
    return switch (exitCode) {
      case 3 ->
          "it ran out of Java heap (%d MiB, a quarter of training.fine_tune.memory_mb): raise it"
              .formatted(limits.heapMb());
      case 128 + 9 ->
          "it was killed, probably by the operating system, which was out of memory: lower"
              + " training.fine_tune.batch_size, or free memory";
      default -> "it ended with exit code %d: %s".formatted(exitCode, log);
    };
  }

  /** The end of the child's log. */
  private static final class LastLines {
    private static final int MOST = 20;
    private static final int LONGEST = 500;
    private final List<String> lines = new ArrayList<>();

    synchronized void add(String line) {
      LOG.debug("Fine-tuning: {}", line);
      lines.add(line.substring(0, Math.min(LONGEST, line.length())));
      if (lines.size() > MOST) {
        lines.remove(0);
      }
    }

    @Override
    public synchronized String toString() {
      return lines.isEmpty() ? "it wrote nothing" : String.join("\n", lines);
    }
  }
}
