package dev.imprint.page.classes;

import dev.imprint.buffer.BufferPictures;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.model.Backbone;

/**
 * What the leader learns from, at one moment.
 *
 * @param caughtUp whether all labelled pictures are among them
 * @param backbone that they are embedded by
 */
public record Learner(
    BufferSnapshot snapshot, boolean caughtUp, BufferPictures pictures, Backbone backbone) {}
