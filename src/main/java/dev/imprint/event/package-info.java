/**
 * Events on topics and in files: names and settings of the topics, and codecs between bytes and the
 * values of {@code model}. The Avro classes are generated from schemas/.
 */
@NullMarked
package dev.imprint.event;

import org.jspecify.annotations.NullMarked;
