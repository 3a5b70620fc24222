package dev.imprint.leader;

import dev.imprint.model.Command;
import dev.imprint.model.ModelVersion.TrainingStart;
import org.jspecify.annotations.Nullable;

/**
 * A command that has been read.
 *
 * @param offset of its record
 */
record PendingCommand(Command command, long offset) implements CommandRecord, Reported {
  @Override
  public String id() {
    return command.id();
  }

  @Override
  public @Nullable TrainingStart start() {
    return null;
  }
}
