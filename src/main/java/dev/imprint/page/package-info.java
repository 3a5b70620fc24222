/**
 * The page that a running service shows in a browser, and the interface behind it.
 *
 * <p>{@link dev.imprint.page.ServicePage} names its files (they are in {@code src/main/web}) and
 * puts its routes together; each view of the page brings its own. Nothing runs while no browser
 * asks.
 */
@NullMarked
package dev.imprint.page;

import org.jspecify.annotations.NullMarked;
