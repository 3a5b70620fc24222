package dev.imprint.leader;

/** A record of the commands topic that has to be handled, in order. */
sealed interface CommandRecord permits PendingCommand, UnreadableCommand {
  /** Offset of the record. */
  long offset();
}
