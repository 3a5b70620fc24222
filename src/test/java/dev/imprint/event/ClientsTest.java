package dev.imprint.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ClientsTest {
  private static final KafkaConfig CONFIG =
      new KafkaConfig("a:1", Map.of("security.protocol", "SSL", "client.id", "mine"));

  @Test
  void shouldGiveTheUsersPropertiesWithOwnOnesOverThem() {
    assertThat(new Clients(CONFIG).properties(Map.of("client.id", "ours", "acks", "all")))
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "a:1",
                "metadata.max.age.ms", 15_000,
                "security.protocol", "SSL",
                "client.id", "ours",
                "acks", "all"));
  }

  /** A protocol that no client knows: only a client that receives the property refuses it. */
  @Test
  void shouldBringTheUsersPropertiesToEachClientWithoutShowingThem() {
    Clients clients = new Clients(CONFIG.with(Map.of("security.protocol", "PIGEON")));

    for (ThrowingCallable open :
        new ThrowingCallable[] {
          clients::admin, () -> clients.consumer(Map.of()), () -> clients.producer(1000)
        }) {
      assertThatThrownBy(open)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("kafka is not valid for a Kafka ")
          .hasMessageContaining("(value of security.protocol) for configuration security.protocol")
          .hasMessageNotContaining("PIGEON")
          .hasNoCause();
    }
  }

  @Test
  void shouldNotShowTheValuesOfProperties() {
    assertThat(CONFIG.with(Map.of("ssl.key.password", "hunter2")).toString())
        .contains("ssl.key.password")
        .doesNotContain("hunter2");
  }
}
