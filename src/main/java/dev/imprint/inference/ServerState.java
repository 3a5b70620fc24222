package dev.imprint.inference;

/** Whether the service runs, and whether it can classify. */
record ServerState(boolean live, boolean ready) {}
