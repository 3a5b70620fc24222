package dev.imprint.training;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One labelled picture of the buffer, ready to be learned from.
 *
 * @param sha256 of the claim's picture, hex; with {@code group} it decides the side of the split
 * @param embedding by the configured backbone; not copied, so nobody may change it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Example(
    String imageId,
    String label,
    String sha256,
    @Nullable String group,
    Instant labelledAt,
    float[] embedding) {}
