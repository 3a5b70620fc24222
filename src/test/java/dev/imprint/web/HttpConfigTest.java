package dev.imprint.web;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConfigTest {
  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void shouldRefuseAPortThatThereIsNot(int port) {
    assertThatThrownBy(() -> new HttpConfig("localhost", port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.port is " + port);
  }

  @Test
  void shouldRefuseAnEmptyHost() {
    assertThatThrownBy(() -> new HttpConfig(" ", 8080))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.host");
  }
}
