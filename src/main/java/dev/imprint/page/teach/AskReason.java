package dev.imprint.page.teach;

/** Why a picture is asked for. */
public enum AskReason {
  /** There are few labels, and fewest of what looks like this one or seems to belong with it. */
  COVERAGE,
  /** For this one, or those that look like it, the first two labels are about as probable. */
  UNCERTAIN,
  /** Drawn by chance, for an honest accuracy. */
  RANDOM,
  /** Somebody wants to label all that look like another one at once. */
  SIMILAR
}
