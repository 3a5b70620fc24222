package dev.imprint.app.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.web.access.Passwords;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "password",
    description = {
      "Ask for a password, and print the user's line for http.users in the settings.",
      "The line has a bcrypt hash, not the password."
    })
final class UsersPasswordCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private UserOptions user;

  @Option(
      names = "--stdin",
      description = "Read the password from the first line of standard input.")
  private boolean stdin;

  @Override
  public Integer call() throws IOException {
    String password = stdin ? firstLine() : ask(System.console());
    if (password.codePointCount(0, password.length()) < Passwords.LEAST_CHARACTERS) {
      throw new CommandFailedException(
          "the password has fewer than %d characters: choose a longer one"
              .formatted(Passwords.LEAST_CHARACTERS));
    }
    if (password.getBytes(UTF_8).length > Passwords.MOST_BYTES) {
      throw new CommandFailedException(
          "the password has more than %d bytes, and bcrypt reads no more: choose a shorter one"
              .formatted(Passwords.MOST_BYTES));
    }
    spec.commandLine().getOut().println(user.line("password", Passwords.hash(password)));
    return ExitCodes.DONE;
  }

  private static String firstLine() throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String line = in.readLine();
    return line == null ? "" : line;
  }

  /** Without echo, twice. */
  private static String ask(@Nullable Console console) {
    if (console == null) {
      throw new CommandFailedException(
          "there is no terminal to ask for the password: run it without redirecting input or"
              + " output, or add --stdin and pipe the password in");
    }
    char[] password = console.readPassword("Password: ");
    char[] again = console.readPassword("The same again: ");
    if (password == null || !Arrays.equals(password, again)) {
      throw new CommandFailedException("the two passwords differ: try again");
    }
    return new String(password);
  }
}
