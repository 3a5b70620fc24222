package dev.imprint.app;

import dev.imprint.app.service.Failures;
import dev.imprint.terminal.ExitCodes;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns errors in a command into one line on stderr and an exit code. */
final class ErrorHandlers {
  private ErrorHandlers() {}

  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(line.getCommandName() + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr().println("Try '%s --help'.".formatted(line.getCommandSpec().qualifiedName()));
    return ExitCodes.WRONG_USAGE;
  }

  static int failed(Exception e, CommandLine line, ParseResult parsed) {
    Throwable cause = Failures.cause(e);
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    line.getErr().println(line.getCommandName() + ": " + Failures.describe(cause));
    if (((Imprint) line.getCommandSpec().root().userObject()).verbose()) {
      e.printStackTrace(line.getErr());
    }
    return Failures.isWrongSetting(cause) ? ExitCodes.WRONG_USAGE : ExitCodes.FAILED;
  }
}
