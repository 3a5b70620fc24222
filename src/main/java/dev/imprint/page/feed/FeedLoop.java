package dev.imprint.page.feed;

/** The work of a feed's thread, which alone uses and closes it. */
public interface FeedLoop extends AutoCloseable {
  /** Works for a fraction of a second; whether any browser is still there, or may come back. */
  boolean tick();

  @Override
  void close();
}
