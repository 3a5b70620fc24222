package dev.imprint.app;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Commands with a broker, but no service; each test has its own topics and settings. */
@SuppressWarnings("NullAway.Init")
public abstract class CommandSteps {
  @RegisterExtension protected static final BrokerExtension broker = new BrokerExtension();

  @TempDir protected Path dir;
  protected CliSettings settings;
  protected Topics topics;
  private final int maxImageBytes;

  /**
   * @param maxImageBytes {@code images.max_bytes}
   */
  protected CommandSteps(int maxImageBytes) {
    this.maxImageBytes = maxImageBytes;
  }

  @BeforeEach
  void configure() throws IOException {
    settings = CliSettings.write(broker, dir, maxImageBytes);
    topics = settings.topics();
  }
}
