package dev.imprint.demo;

import org.jspecify.annotations.Nullable;

/**
 * One image for the topic.
 *
 * @param bytes a whole image file; not copied, so nobody may change it
 * @param truth what it shows; null if nobody knows
 * @param scene that it was drawn from; null if it was not
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copies would cost
public record BeltPicture(String id, byte[] bytes, @Nullable String truth, @Nullable Scene scene) {}
