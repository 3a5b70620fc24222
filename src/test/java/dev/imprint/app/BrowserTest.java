package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserTest {
  @ParameterizedTest
  @CsvSource({"Linux,xdg-open", "Mac OS X,open", "Windows 11,rundll32"})
  void shouldOpenAddressesAsTheSystemDoes(String system, String program) {
    assertThat(Browser.command(system, "http://127.0.0.1:8080/"))
        .startsWith(program)
        .endsWith("http://127.0.0.1:8080/");
  }
}
