package dev.imprint.page;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.observability.Health;
import dev.imprint.rollout.Models;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.web.access.Access;
import dev.imprint.web.access.AccessConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** The page of an instance that has neither a model nor a broker. */
final class TestPage {
  private TestPage() {}

  static ServicePage open(AccessConfig access) throws IOException {
    return new ServicePage(
        new ServicePage.Instance(
            new Clients(KafkaConfig.DEFAULTS),
            Topics.DEFAULTS,
            new ServicePage.Settings("imprint", 1 << 20, GateConfig.DEFAULTS, 1),
            new Health(),
            new ServicePage.Served(
                () -> null, () -> null, () -> null, () -> Models.EMPTY, () -> null),
            List::of,
            () -> null),
        Access.open(access, true, Clock.systemUTC()));
  }
}
