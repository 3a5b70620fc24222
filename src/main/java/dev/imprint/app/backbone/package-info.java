/** {@code imprint backbone …}: inspects a backbone's file, checks it, and estimates its cost. */
@NullMarked
package dev.imprint.app.backbone;

import org.jspecify.annotations.NullMarked;
