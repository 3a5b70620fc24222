package dev.imprint.app.users;

import dev.imprint.terminal.ExitCodes;
import dev.imprint.web.access.Token;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    description = {
      "Create a token for a program, and print its line for http.tokens in the settings.",
      "The token itself is printed first and stored nowhere: the line has its hash. The program"
          + " sends it with each request (Authorization: Bearer TOKEN)."
    })
final class UsersTokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private UserOptions user;

  @Override
  public Integer call() {
    String token = Token.random();
    PrintWriter out = spec.commandLine().getOut();
    out.println(token);
    out.println(user.line("hash", Token.hash(token)));
    return ExitCodes.DONE;
  }
}
