/**
 * The view in which people try single pictures: each is sent to the topic of images, as others are,
 * and {@link dev.imprint.page.trial.TrialFeed} tells what became of it.
 */
@NullMarked
package dev.imprint.page.trial;

import org.jspecify.annotations.NullMarked;
