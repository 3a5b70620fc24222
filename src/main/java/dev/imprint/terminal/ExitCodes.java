package dev.imprint.terminal;

import picocli.CommandLine;

/** The exit codes of every command. */
public final class ExitCodes {
  /** The command succeeded. */
  public static final int DONE = CommandLine.ExitCode.OK;

  /** The command failed. */
  public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** Wrong usage: flags or configuration. */
  public static final int WRONG_USAGE = CommandLine.ExitCode.USAGE;

  /** The service works, but refused: because of the gate, or too few labels. */
  public static final int REFUSED = 3;

  private ExitCodes() {}
}
