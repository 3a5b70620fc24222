package dev.imprint.tuning;

import dev.imprint.tensorflow.tuning.TuningProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Unsafe;

/** Main classes of processes that end badly, or not at all; each reports progress once. */
final class BadChild {
  private BadChild() {}

  private static void begin() {
    ParentWatch.start(System.in);
    new ProgressLines(System.out, System::nanoTime)
        .progress(new TuningProgress(TuningProgress.Phase.TUNING, 1, 2, 1, 0.5, null));
  }

  /** Native code that writes where it must not. */
  static final class Crashing {
    private Crashing() {}

    public static void main(String[] args) throws ReflectiveOperationException {
      begin();
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      ((Unsafe) field.get(null)).putAddress(0, 0);
    }
  }

  /** Takes more of Java's heap than it may. */
  static final class Greedy {
    private Greedy() {}

    public static void main(String[] args) {
      begin();
      List<byte[]> taken = new ArrayList<>();
      while (taken.size() < Integer.MAX_VALUE) {
        taken.add(new byte[1 << 24]);
      }
    }
  }

  /** Makes no progress after the first. */
  static final class Hanging {
    private Hanging() {}

    public static void main(String[] args) throws InterruptedException {
      begin();
      new CountDownLatch(1).await();
    }
  }

  /** Ends as an operating system ends a process. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws Exception {
      begin();
      String pid = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-9", pid).start().waitFor();
      new CountDownLatch(1).await();
    }
  }

  /** Writes a line that is not progress, and no result. */
  static final class Chatting {
    private Chatting() {}

    public static void main(String[] args) {
      begin();
      System.out.println("hello");
    }
  }

  /** Fails with the directory that native libraries would be unpacked to. */
  static final class Telling {
    private Telling() {}

    public static void main(String[] args) {
      begin();
      new ProgressLines(System.out, System::nanoTime)
          .fail("cachedir " + System.getProperty("org.bytedeco.javacpp.cachedir"));
      System.exit(1);
    }
  }

  /** A parent that waits for a child which hangs. */
  static final class Parent {
    private Parent() {}

    /**
     * @param args the folder, and the file that the child's process id is written to
     */
    public static void main(String[] args) throws Exception {
      new TuningProcess(TuningLimits.DEFAULTS, Hanging.class)
          .run(TuningProcessTest.request(List.of()), Path.of(args[0]), progress -> write(args[1]));
    }

    private static void write(String file) {
      try {
        ProcessHandle child = ProcessHandle.current().children().findFirst().orElseThrow();
        Path written = Files.writeString(Path.of(file + ".new"), String.valueOf(child.pid()));
        Files.move(written, Path.of(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
