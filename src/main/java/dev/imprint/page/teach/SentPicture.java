package dev.imprint.page.teach;

import dev.imprint.model.Claim;

/**
 * A picture that Kafka has acknowledged.
 *
 * @param claim where it lies
 */
public record SentPicture(String imageId, Claim claim) {}
