package dev.imprint.app;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.model.Release;
import java.net.URL;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sets up logging through logback.xml. Until then only errors are logged, because commands report
 * problems themselves. Call it before threads are started.
 */
final class Logging {
  private Logging() {}

  /** For a long-running service: as configured, plus the libraries' warnings. */
  static void configure(ImprintConfig.Log log) {
    Level libraries = log.level().toInt() < Level.WARN.toInt() ? Level.WARN : log.level();
    configure(log.format(), log.level(), libraries);
  }

  static void verbose() {
    configure(ImprintConfig.Log.LogFormat.PLAIN, Level.INFO, Level.INFO);
  }

  private static void configure(ImprintConfig.Log.LogFormat format, Level level, Level libraries) {
    if (System.getProperty("logback.configurationFile") != null) {
      return; // the user has a logging configuration of their own
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.putProperty("format", format.name().toLowerCase(Locale.ROOT));
    context.putProperty("version", Release.VERSION);
    context.putProperty("level", level.name());
    context.putProperty("libraries", libraries.name());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL file = Logging.class.getResource("/logback.xml");
    try {
      configurator.doConfigure(file);
    } catch (JoranException e) {
      throw new IllegalStateException("logback.xml cannot be read", e);
    }
  }
}
