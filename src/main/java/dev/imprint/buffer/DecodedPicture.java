package dev.imprint.buffer;

import dev.imprint.model.backbone.Pixels;

/**
 * A picture of the buffer, read back.
 *
 * @param sha256 of its bytes in the buffer, hex
 */
public record DecodedPicture(String sha256, Pixels pixels) {}
