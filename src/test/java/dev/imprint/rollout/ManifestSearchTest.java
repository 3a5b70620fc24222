package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.rollout.ManifestSearch.Listing;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("NullAway.Init")
@Timeout(60)
class ManifestSearchTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final long NO_LIMIT = Long.MAX_VALUE;

  private TestRegistry registry;
  private Models models;

  @BeforeEach
  void publish() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    try (Publisher publisher = registry.publisher(registry.producer(), 20)) {
      String first =
          publisher
              .publish(Versions.candidate(1), null, "a test", Publisher.NOTHING_MORE)
              .version();
      publisher.publish(Versions.candidate(2), first, "a test", Publisher.NOTHING_MORE);
    }
    models = registry.store.models();
  }

  @Test
  void shouldFindTheVersionsThatListAPictureTheNewestFirst() {
    ManifestSearch found = ManifestSearch.of(registry.store, models, "ab", NO_LIMIT);

    List<String> names = models.names();
    assertThat(found.versions())
        .extracting(Listing::version)
        .containsExactly(names.get(1), names.get(0));
    assertThat(found.versions()).extracting(Listing::label).containsOnly("label-0");
    assertThat(found.unread()).isEmpty();
  }

  @Test
  void shouldFindNoneByAPartOfADigest() {
    assertThat(ManifestSearch.of(registry.store, models, "a", NO_LIMIT).versions()).isEmpty();
  }

  @Test
  void shouldSayWhichVersionsItDidNotRead() {
    long one = models.versions().get(1).manifest().bytes();

    ManifestSearch found = ManifestSearch.of(registry.store, models, "ab", one);

    assertThat(found.versions()).hasSize(1);
    assertThat(found.unread()).containsExactly(models.names().get(0));
  }

  @Test
  void shouldSayThatAManifestIsMissing() throws Exception {
    registry.write(Versions.record("v3-0", Versions.BACKBONE, models.versions().get(0).head()));

    ManifestSearch found =
        ManifestSearch.of(registry.store, registry.store.models(), "ab", NO_LIMIT);

    assertThat(found.versions()).hasSize(2);
    assertThat(found.unread()).containsExactly("v3-0");
  }
}
