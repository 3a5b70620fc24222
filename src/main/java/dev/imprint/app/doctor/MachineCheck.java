package dev.imprint.app.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.web.HttpConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks Java, memory, disk and ports.
 *
 * @param findings collects the findings
 */
record MachineCheck(ImprintConfig config, List<Finding> findings) {
  /** Set by bin/imprint; without it JavaCPP fails once TensorFlow uses 4 times the heap. */
  private static final String NATIVE_MEMORY = "org.bytedeco.javacpp.maxBytes";

  /** RocksDB, Kafka's connections and the jars take a few hundred. */
  private static final long FEW_DESCRIPTORS = 4_096;

  private static final long LIBRARIES_BYTES = 650L << 20;
  private static final long EMBEDDING_BYTES = 6L << 10;

  /** Size of a day's remembered predictions, at 10 images a second. */
  private static final long DAY_BYTES = 130L << 20;

  void run() {
    examineJava(Runtime.getRuntime().maxMemory());
    examineDisk(free(config.data()));
    examineLibraries(
        Path.of(
            System.getProperty(
                "org.bytedeco.javacpp.cachedir",
                System.getProperty("user.home") + "/.javacpp/cache")));
    examinePort();
    new HttpCheck(config.http(), findings).run();
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      examineDescriptors(unix.getMaxFileDescriptorCount());
    }
  }

  void examineJava(long heap) {
    findings.add(Finding.ok("Java %s, heap of %d MiB".formatted(Runtime.version(), heap >> 20)));
    if (!"0".equals(System.getProperty(NATIVE_MEMORY))) {
      findings.add(
          Finding.warning(
              "TensorFlow's memory is limited to 4 times the Java heap",
              "start with bin/imprint, or with -D%s=0".formatted(NATIVE_MEMORY)));
    }
    long batch = (long) config.serving().maxBatch() * config.images().maxBytes();
    if (batch > heap / 2) {
      findings.add(
          Finding.warning(
              "a batch of the largest images (serving.max_batch × images.max_bytes) takes %d MiB,"
                      .formatted(batch >> 20)
                  + " more than half the heap",
              "set IMPRINT_JAVA_OPTS=-Xmx%dm, or lower one of the two settings"
                  .formatted(4 * batch >> 20)));
    }
    int cores = Runtime.getRuntime().availableProcessors();
    if (config.serving().threads() > cores) {
      findings.add(
          Finding.warning(
              "serving.threads is %d, but this machine has %d cores"
                  .formatted(config.serving().threads(), cores),
              "lower serving.threads"));
    }
  }

  /** Checks that there is room for the data directory's future content. */
  void examineDisk(long free) {
    Path data = config.data();
    Path existing = existing(data);
    if (!Files.isWritable(existing) || !Files.isDirectory(existing)) {
      findings.add(
          Finding.error(
              "data is %s: cannot write to %s".formatted(data, existing),
              "set data to a directory that this user can write to"));
      return;
    }
    long needed =
        DAY_BYTES * config.learning().labelWindowHours() / 24
            + EMBEDDING_BYTES * config.buffer().cacheEntries();
    String what =
        ("data (%s) has %d MB free; at 10 images a second, the predictions kept for"
                + " learning.label_window_hours and the embeddings kept for"
                + " buffer.cache_entries take about %d MB")
            .formatted(data, free >> 20, needed >> 20);
    findings.add(
        free >= needed
            ? Finding.ok(what)
            : Finding.warning(
                what,
                "free up space, choose another data directory, or lower one"
                    + " of the two settings"));
  }

  /** TensorFlow's libraries are unpacked once, into JavaCPP's cache. */
  private void examineLibraries(Path cache) {
    long free = free(cache);
    if (!Files.exists(cache) && free < LIBRARIES_BYTES) {
      findings.add(
          Finding.error(
              "TensorFlow's libraries are unpacked into %s, which has %d MB free and needs %d MB"
                  .formatted(cache, free >> 20, LIBRARIES_BYTES >> 20),
              "free up space there, or set IMPRINT_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=DIR"));
    }
  }

  private void examinePort() {
    HttpConfig http = config.http();
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(http.host(), http.port()));
      findings.add(
          Finding.ok("http %s:%d is free to listen on".formatted(http.host(), http.port())));
    } catch (IOException e) {
      findings.add(
          Finding.warning(
              "cannot listen on http %s:%d: %s".formatted(http.host(), http.port(), e.getMessage()),
              ("if this service is already running there, all is well; otherwise stop the other"
                  + " process, or set http.port")));
    }
  }

  void examineDescriptors(long most) {
    if (most < FEW_DESCRIPTORS) {
      findings.add(
          Finding.warning(
              "at most %d files and connections can be open at once".formatted(most),
              "run ulimit -n %d before starting".formatted(FEW_DESCRIPTORS)));
    }
  }

  private static long free(Path path) {
    try {
      return Files.getFileStore(existing(path)).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The directory, or its nearest existing ancestor. */
  private static Path existing(Path path) {
    Path existing = path.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }
}
