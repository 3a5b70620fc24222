package dev.imprint.page;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.observability.Health;
import dev.imprint.rollout.Models;
import dev.imprint.training.GateConfig;
import java.util.List;

/** An instance that has opened its page and nothing else. */
final class StartingInstance {
  private StartingInstance() {}

  static ServicePage.Instance instance() {
    return new ServicePage.Instance(
        new Clients(KafkaConfig.DEFAULTS),
        Topics.DEFAULTS,
        new ServicePage.Settings("imprint", 1_000_000, GateConfig.DEFAULTS, 1),
        new Health(),
        new ServicePage.Served(
            () -> null, () -> null, () -> null, () -> Models.EMPTY, () -> null),
        List::of,
        () -> null);
  }
}
