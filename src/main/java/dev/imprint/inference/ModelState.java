package dev.imprint.inference;

/** Whether a model can classify. */
record ModelState(String name, boolean ready) {}
