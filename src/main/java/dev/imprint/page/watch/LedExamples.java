package dev.imprint.page.watch;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.model.backbone.Backbone;

/**
 * The examples that the leader learns from, at one moment.
 *
 * @param caughtUp whether all labelled pictures are among them
 * @param backbone that they are embedded by
 */
public record LedExamples(BufferSnapshot snapshot, boolean caughtUp, Backbone backbone) {}
