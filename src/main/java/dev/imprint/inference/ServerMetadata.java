package dev.imprint.inference;

import java.util.List;

/**
 * What answers.
 *
 * @param extensions of the protocol
 */
record ServerMetadata(String name, String version, List<String> extensions) {}
