package dev.imprint.demo.belt;

import org.jspecify.annotations.Nullable;

/**
 * One image for the topic.
 *
 * @param bytes a whole image file; not copied, so it must not be modified
 * @param truth what it shows; null if unknown
 * @param scene that it was drawn from; null if it was not drawn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copies would be expensive
public record BeltPicture(String id, byte[] bytes, @Nullable String truth, @Nullable Scene scene) {}
