package dev.imprint.terminal;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Converter for Logback patterns: the stack trace, without characters that control a terminal. */
public final class EscapedLines extends ThrowableProxyConverter {
  @Override
  public String convert(ILoggingEvent event) {
    String trace = super.convert(event);
    return trace.isEmpty() ? trace : EscapingWriter.escaped(trace) + System.lineSeparator();
  }
}
