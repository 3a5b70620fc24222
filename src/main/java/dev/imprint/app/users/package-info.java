/** {@code imprint users …}: lines of the settings for those who may use the page. */
@NullMarked
package dev.imprint.app.users;

import org.jspecify.annotations.NullMarked;
