package dev.imprint.app.service;

import dev.imprint.app.config.ConfigException;
import dev.imprint.event.ClientSettingsException;
import dev.imprint.model.InvalidSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/** Describes a failure in one line. */
public final class Failures {
  private Failures() {}

  /** The failure of a future; any other failure is its own cause. */
  public static Throwable cause(Throwable e) {
    return e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
  }

  /** Whether other settings would help. */
  public static boolean isWrongSetting(Throwable e) {
    return e instanceof ConfigException
        || e instanceof InvalidSettingException
        || e instanceof ClientSettingsException;
  }

  public static String describe(Throwable failure) {
    Throwable e = cause(failure);
    if (isWrongSetting(e)
        || e instanceof CommandFailedException
        || e instanceof IllegalStateException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof KafkaException refused) {
      return "Kafka: " + KafkaRefusal.explain(refused);
    }
    if (e instanceof BindException) {
      return String.valueOf(e.getMessage()); // from our server, with key and fix
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      return chain(e);
    }
    return "%s; run it with --verbose for the stack trace".formatted(chain(e));
  }

  /** The messages of all causes, without repetitions: the reason is often in the last one. */
  static String chain(Throwable e) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      // Some exceptions (of files, for example) contain only a name; their class gives the meaning.
      String message = cause.getClass().getSimpleName() + ": " + cause.getMessage();
      if (messages.stream().noneMatch(said -> said.contains(message))) {
        messages.add(message);
      }
    }
    return String.join("; ", messages);
  }
}
