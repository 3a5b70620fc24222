package dev.imprint.terminal;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.imprint.model.PlainText;

/** In a pattern of logback: the message as one line that cannot steer a terminal. */
public final class EscapedText extends MessageConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return PlainText.escaped(super.convert(event));
  }
}
