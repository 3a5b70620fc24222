package dev.imprint.terminal;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** In a pattern of logback: the stack trace, which cannot steer a terminal. */
public final class EscapedLines extends ThrowableProxyConverter {
  @Override
  public String convert(ILoggingEvent event) {
    String trace = super.convert(event);
    return trace.isEmpty() ? trace : EscapingWriter.escaped(trace) + System.lineSeparator();
  }
}
