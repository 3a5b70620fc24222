package dev.imprint.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Stdout that ends the program once it cannot be written. Java ignores SIGPIPE, and writers swallow
 * exceptions of streams: a command would keep running for nobody, or leave half a file and report
 * success. Any thread may write.
 */
public final class StandardOutput extends FilterOutputStream {
  /** The exit code that shells report for a program ended by SIGPIPE. */
  static final int BROKEN_PIPE = 128 + 13;

  private final PrintWriter err;
  private final IntConsumer exit;
  private final AtomicInteger failure = new AtomicInteger();

  /**
   * @param exit called once, on a separate thread: exiting waits for the shutdown hooks, and these
   *     may wait for the writing thread
   */
  public StandardOutput(OutputStream out, PrintWriter err, IntConsumer exit) {
    super(out);
    this.err = err;
    this.exit = exit;
  }

  /**
   * @param otherwise the command's own exit code
   */
  public int exitCode(int otherwise) {
    return failure.get() == 0 ? otherwise : failure.get();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void failed(String message) {
    boolean broken = message.equals("Broken pipe");
    int code = broken ? BROKEN_PIPE : ExitCodes.FAILED;
    if (failure.compareAndSet(0, code)) {
      if (!broken) {
        err.println("imprint: cannot write to standard output: " + message);
      }
      new Thread(() -> exit.accept(code), "imprint-no-output").start();
    }
  }
}
