/**
 * {@code imprint dlq …}: dead letters listed, and sent again. {@code Replay} reads each {@link
 * dev.imprint.event.RejectedRecord}, fetches what was truncated ({@code OriginalRecords}), and
 * sends it once, even if it is interrupted ({@code ReplayMarks}).
 */
@NullMarked
package dev.imprint.app.dlq;

import org.jspecify.annotations.NullMarked;
