/**
 * Dead letters sent again. {@link dev.imprint.app.replay.Replay} reads each {@link
 * dev.imprint.app.replay.RejectedRecord}, fetches what was truncated ({@code OriginalRecords}), and
 * sends it once, even if it is interrupted ({@code ReplayMarks}).
 */
@NullMarked
package dev.imprint.app.replay;

import org.jspecify.annotations.NullMarked;
