package dev.imprint.terminal;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.imprint.model.labels.PlainText;

/**
 * Converter for Logback patterns: the message as one line, without characters that control a
 * terminal.
 */
public final class EscapedText extends MessageConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return PlainText.escaped(super.convert(event));
  }
}
