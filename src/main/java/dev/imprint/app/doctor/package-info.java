/**
 * What {@code doctor} and {@code topics check} look at before and while a service runs.
 *
 * <p>{@link dev.imprint.app.doctor.Doctor} calls the checks in turn; each answers with {@link
 * dev.imprint.app.doctor.Finding}s that say what to do.
 */
@NullMarked
package dev.imprint.app.doctor;

import org.jspecify.annotations.NullMarked;
