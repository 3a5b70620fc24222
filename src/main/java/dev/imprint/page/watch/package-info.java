/**
 * The view of what the service sees: pictures with their predictions, dead letters, and live
 * figures.
 *
 * <p>While a browser is watching, {@link dev.imprint.page.watch.WatchFeed} reads the topics with a
 * consumer of its own ({@code WatchedTopics}) and hands each {@code Watcher} what its filter lets
 * through; {@code LiveFigures} counts. {@link dev.imprint.page.watch.Thumbnails} makes pictures
 * small.
 */
@NullMarked
package dev.imprint.page.watch;

import org.jspecify.annotations.NullMarked;
