package dev.imprint.page.commands;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The effect that a command would have if it were sent now.
 *
 * @param refusal why it would be refused; null if it would not
 * @param effects in sentences, the main one first; empty if it would be refused
 * @param version that would serve; null if the command does not decide that
 * @param expectedServing the version that serves now, to be sent with the command; null for none
 */
public record Preview(
    @Nullable String refusal,
    List<String> effects,
    @Nullable String version,
    @Nullable String expectedServing) {
  public Preview {
    effects = List.copyOf(effects);
  }

  /** Before a service has run that may lead. */
  public static Preview withoutLeader() {
    return refused(
        "no leader has run yet, so nobody would carry it out: start a service with"
            + " training.enabled");
  }

  public static Preview refused(String why) {
    return new Preview(why, List.of(), null, null);
  }
}
