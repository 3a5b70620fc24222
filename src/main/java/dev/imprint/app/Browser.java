package dev.imprint.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;

/** Opens addresses in the browser of whoever sits at this machine. */
final class Browser {
  private Browser() {}

  /**
   * Returns at once.
   *
   * @throws IOException if this system has no command to open an address
   */
  static void open(String address) throws IOException {
    List<String> command = command(System.getProperty("os.name"), address);
    new ProcessBuilder(command)
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start();
  }

  static List<String> command(String system, String address) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open", address);
    }
    if (name.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", address);
    }
    return List.of("xdg-open", address); // freedesktop.org's xdg-utils
  }
}
