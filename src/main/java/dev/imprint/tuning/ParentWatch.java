package dev.imprint.tuning;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Ends a child process with its parent, however that ends: the pipe between them closes. */
final class ParentWatch {
  /** The exit code of a child whose parent is gone. */
  static final int ORPHANED = 70;

  private ParentWatch() {}

  /** Starts a thread that waits for the end of standard input. */
  static void start(InputStream stdin) {
    Thread thread = new Thread(() -> await(stdin), "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void await(InputStream stdin) {
    try {
      stdin.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Whatever it is, the parent cannot be heard any more.
    }
    Runtime.getRuntime().halt(ORPHANED); // not exit, which would wait for TensorFlow
  }
}
