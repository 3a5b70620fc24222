package dev.imprint.rollout;

/** What has come on the topic of commands and is to be dealt with, in order. */
sealed interface CommandRecord permits PendingCommand, UnreadableCommand {
  /** Of its record. */
  long offset();
}
