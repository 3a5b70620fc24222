package dev.imprint.app;

import dev.imprint.model.InvalidSettingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what goes wrong into one line on stderr and an exit code. */
final class Failures {
  private Failures() {}

  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(line.getCommandName() + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr().println("Try '%s --help'.".formatted(line.getCommandSpec().qualifiedName()));
    return Imprint.WRONG_USAGE;
  }

  static int failed(Exception e, CommandLine line, ParseResult parsed) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    line.getErr().println(line.getCommandName() + ": " + describe(cause));
    if (((Imprint) line.getCommandSpec().root().userObject()).verbose()) {
      e.printStackTrace(line.getErr());
    }
    return cause instanceof ConfigException || cause instanceof InvalidSettingException
        ? Imprint.WRONG_USAGE
        : Imprint.FAILED;
  }

  static String describe(Throwable e) {
    if (e instanceof ConfigException
        || e instanceof CommandFailedException
        || e instanceof InvalidSettingException
        || e instanceof IllegalStateException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof KafkaException refused) {
      return "Kafka: " + KafkaRefusal.explain(refused);
    }
    if (e instanceof BindException) {
      return String.valueOf(e.getMessage()); // that of our server, with key and fix
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      return chain(e);
    }
    return "%s; run it with --verbose for the stack trace".formatted(chain(e));
  }

  /** What an operating system's error means: some of them hold but a file's name. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName() + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  /** What each cause says, without repetitions: the reason is often in the last one. */
  static String chain(Throwable e) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      // Some exceptions (of files, say) hold but a name; their class says what it means.
      String message = cause.getClass().getSimpleName() + ": " + cause.getMessage();
      if (messages.stream().noneMatch(said -> said.contains(message))) {
        messages.add(message);
      }
    }
    return String.join("; ", messages);
  }
}
