/**
 * Feeds browsers that follow Kafka's topics, for the views of the page.
 *
 * <p>A {@link dev.imprint.page.feed.Feed} runs a view's {@link dev.imprint.page.feed.FeedLoop} in a
 * thread that exists only while a browser is connected; {@link dev.imprint.page.feed.LiveTopics}
 * reads for it, and connects again after failures. {@link dev.imprint.page.feed.OneThread} is for
 * other work of the page that needs a thread now and then, {@link dev.imprint.page.feed.Turns} for
 * calls that wait, such as those that send with {@link dev.imprint.page.feed.PageProducer}.
 */
@NullMarked
package dev.imprint.page.feed;

import org.jspecify.annotations.NullMarked;
