package dev.imprint.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads whose work gives way to serving on the same cores. Java's priorities have no effect on
 * Linux, where each thread has a niceness of its own; {@code renice} sets it. Nothing relies on it:
 * where the system cannot do it, nothing happens. Stateless.
 */
public final class LowPriority {
  /** Next to a thread that never pauses, such a thread still gets a tenth of the core. */
  public static final String NICENESS = "10";

  private static final Logger LOG = LoggerFactory.getLogger(LowPriority.class);

  /** A link to the calling thread's folder, which is named after its id; exists on Linux only. */
  private static final Path THIS_THREAD = Path.of("/proc/thread-self");

  /** Index among the fields after the thread's name; proc(5) counts from 1, and two come before. */
  private static final int NICENESS_FIELD = 19 - 3;

  private LowPriority() {}

  /** Opens something that has to be closed. */
  @FunctionalInterface
  public interface Opening<T> {
    T open() throws IOException;
  }

  /** A thread for this work; those that it starts have its priority, and so do its processes. */
  public static Thread thread(Runnable work, String name) {
    return new Thread(
        () -> {
          lower();
          work.run();
        },
        name);
  }

  /**
   * Opens something in a thread of its own, and waits for it; interrupted or not, since somebody
   * has to close the result.
   *
   * @param thread its name
   */
  public static <T> T open(String thread, Opening<T> opening) throws IOException {
    FutureTask<T> task = new FutureTask<>(opening::open);
    thread(task, thread).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the calling thread has a low priority. */
  public static boolean isLow() {
    return niceness() >= Integer.parseInt(NICENESS);
  }

  /** Of the calling thread, from -20 to 19 (last); 0 where it is not known. */
  static int niceness() {
    try {
      String status = Files.readString(THIS_THREAD.resolve("stat"));
      String fields = status.substring(status.lastIndexOf(')') + 2); // a name may have spaces
      return Integer.parseInt(fields.split(" ")[NICENESS_FIELD]);
    } catch (IOException e) {
      return 0; // another operating system
    }
  }

  /** For good: raising a priority takes privileges. */
  private static void lower() {
    if (!Files.exists(THIS_THREAD)) {
      return;
    }
    try {
      String id = String.valueOf(Files.readSymbolicLink(THIS_THREAD).getFileName());
      Process renice =
          new ProcessBuilder("renice", "-n", NICENESS, "-p", id)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (renice.waitFor() != 0) {
        LOG.debug("renice does not lower the priority of thread {}", id);
      }
    } catch (IOException e) {
      LOG.debug("There is no renice", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // for the work, which ends
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }
}
