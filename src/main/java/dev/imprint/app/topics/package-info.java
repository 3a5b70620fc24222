/** {@code imprint topics …}: topics created and checked. */
@NullMarked
package dev.imprint.app.topics;

import org.jspecify.annotations.NullMarked;
