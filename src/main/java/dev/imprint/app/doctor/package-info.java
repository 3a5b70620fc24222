/**
 * {@code imprint doctor}, and the checks of {@code topics check}, before and while a service runs.
 *
 * <p>{@code Doctor} runs the checks in turn; each returns {@link dev.imprint.app.doctor.Finding}s
 * that say what to do.
 */
@NullMarked
package dev.imprint.app.doctor;

import org.jspecify.annotations.NullMarked;
