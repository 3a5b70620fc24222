/** A Kafka broker inside this JVM, for {@code demo}, {@code serve --embedded} and the tests. */
@NullMarked
package dev.imprint.broker;

import org.jspecify.annotations.NullMarked;
