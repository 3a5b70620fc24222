package dev.imprint.benchmark;

import dev.imprint.event.Topics;
import java.io.IOException;

/**
 * A program that classifies the pictures of {@link Topics#images()} into {@link
 * Topics#predictions()}, in JSON with the picture's key and label: {@code imprint serve}, or what
 * people write instead of it.
 */
interface Peer {
  /** For people, such as {@code Imprint, fp32}. */
  String name();

  /** Starts a process that begins with the oldest picture; SIGTERM ends it. */
  Process start(String bootstrapServers, Topics topics) throws IOException;

  /** With the environment of people's machines, rather than that of a build. */
  static ProcessBuilder process(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    return builder;
  }
}
