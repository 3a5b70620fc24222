package dev.imprint.leader;

import dev.imprint.model.Command;

/**
 * A command that has been read.
 *
 * @param offset of its record
 */
record PendingCommand(Command command, long offset) implements CommandRecord {}
