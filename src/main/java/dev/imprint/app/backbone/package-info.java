/** {@code imprint backbone …}: what a backbone's file holds, computes, and would cost. */
@NullMarked
package dev.imprint.app.backbone;

import org.jspecify.annotations.NullMarked;
