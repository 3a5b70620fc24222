package dev.imprint.page.teach;

import java.util.List;

/**
 * The pictures to label next.
 *
 * @param pictures leased to the session; empty if there is nothing new to label
 * @param labels all that are known
 * @param connected whether Kafka answers; otherwise these are from before
 * @param queue another one does not know what was skipped: a restart, for instance, makes one
 */
public record NextPictures(
    List<TeachPicture> pictures, List<String> labels, boolean connected, String queue) {}
