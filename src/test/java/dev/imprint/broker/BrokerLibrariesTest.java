package dev.imprint.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BrokerLibrariesTest {
  @Test
  void shouldSayWhichLibrariesAreMissing() {
    assertThatThrownBy(() -> BrokerLibraries.require(ClassLoader.getPlatformClassLoader()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lib/broker")
        .hasMessageContaining("without --embedded");
  }

  @Test
  void shouldBeContentWithThoseThatAreThere() {
    assertThatCode(BrokerLibraries::require).doesNotThrowAnyException();
  }
}
