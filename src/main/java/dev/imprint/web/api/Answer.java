package dev.imprint.web.api;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;

/** The result of a call that succeeded. */
public sealed interface Answer {
  /**
   * @param value a record of plain values
   * @param headers in addition to those of any answer
   */
  record Value(int status, Object value, HttpFields headers) implements Answer {
    public Value(int status, Object value) {
      this(status, value, HttpFields.EMPTY);
    }
  }

  /**
   * Bytes under an address that never means others, so that browsers keep them.
   *
   * @param contentType of HTTP
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared or changed
  record Bytes(String contentType, byte[] bytes) implements Answer {}

  /**
   * Server-sent events for as long as the client listens.
   *
   * @param listener is given the stream once it is open; owns it from then on
   */
  record Events(Consumer<EventStream> listener) implements Answer {}

  /**
   * An answer that takes a while, so that no thread of the interface waits for it.
   *
   * @param answer fails with a {@link ProblemException} if the client has to do something else
   */
  record Later(CompletableFuture<Answer> answer) implements Answer {}

  static Answer ok(Object value) {
    return new Value(200, value);
  }
}
