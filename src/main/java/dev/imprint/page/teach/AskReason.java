package dev.imprint.page.teach;

/** Why a picture is asked for. */
public enum AskReason {
  /** There are few labels, and fewest where this one seems to belong. */
  COVERAGE,
  /** The first two labels are about as probable. */
  UNCERTAIN,
  /** Drawn by chance, for an honest accuracy. */
  RANDOM
}
