/**
 * The checks of {@code doctor} and {@code topics check}, before and while a service runs.
 *
 * <p>{@link dev.imprint.app.doctor.Doctor} runs the checks in turn; each returns {@link
 * dev.imprint.app.doctor.Finding}s that say what to do.
 */
@NullMarked
package dev.imprint.app.doctor;

import org.jspecify.annotations.NullMarked;
