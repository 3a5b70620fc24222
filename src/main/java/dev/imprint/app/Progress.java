package dev.imprint.app;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Says how far a long command is. Used by one thread; whoever opens it closes it. */
interface Progress extends AutoCloseable {
  void step();

  @Override
  void close();

  /**
   * A bar on a terminal, else a line every few seconds.
   *
   * @param what is done, as "Sending"
   */
  static Progress open(String what, long total, PrintWriter err) {
    return System.console() == null ? lines(what, total, err, System::nanoTime) : bar(what, total);
  }

  private static Progress bar(String what, long total) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(what)
            .setStyle(
                Ansi.AUTO.enabled() // not if NO_COLOR is set
                    ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
                    : ProgressBarStyle.UNICODE_BLOCK)
            .setInitialMax(total)
            .setUnit(" images", 1)
            .showSpeed()
            .build();
    return new Progress() {
      @Override
      public void step() {
        bar.step();
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }

  /** For logs and pipes, where a bar would be thousands of characters. */
  static Progress lines(String what, long total, PrintWriter err, LongSupplier nanoTime) {
    return new Progress() {
      private static final long EVERY_NANOS = 5_000_000_000L;
      private long said = nanoTime.getAsLong();
      private long done;

      @Override
      public void step() {
        done++;
        if (nanoTime.getAsLong() - said >= EVERY_NANOS) {
          said = nanoTime.getAsLong();
          err.println("%s: %d of %d".formatted(what, done, total));
        }
      }

      @Override
      public void close() {}
    };
  }
}
