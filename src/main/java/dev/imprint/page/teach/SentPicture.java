package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import java.time.Instant;

/**
 * A picture that Kafka has acknowledged.
 *
 * @param claim where it lies
 * @param at timestamp of its record
 */
public record SentPicture(String imageId, Claim claim, Instant at) {}
