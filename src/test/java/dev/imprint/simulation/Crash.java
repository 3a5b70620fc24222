package dev.imprint.simulation;

/** The end of a process, as by {@code kill -9}. */
public final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  public Crash(String before) {
    super(before, null, false, false);
  }
}
