package dev.imprint.rollout;

/** What has come on the topic of commands and is to be dealt with, in order. */
sealed interface Arrived permits Asked, Misread {
  /** Of its record. */
  long offset();
}
