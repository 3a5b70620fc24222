/**
 * The view of one picture: where it is, what is predicted and why, what it looks like, and what
 * became of it.
 *
 * <p>{@link dev.imprint.page.understand.UnderstandRoutes} is the way in. {@code PictureSearch}
 * finds a picture by its id or place and {@code PictureHistory} what was said about it, both with
 * {@code BoundedRead}; {@code PictureAnswers} asks the serving model, and {@code OcclusionMaps}
 * asks it again with parts of the picture covered.
 */
@NullMarked
package dev.imprint.page.understand;

import org.jspecify.annotations.NullMarked;
