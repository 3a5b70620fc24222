package dev.imprint.web;

import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Responses;
import java.util.Objects;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Errors that Jetty itself finds, such as a body that is too large, in the interface's form. */
final class ProblemAnswers extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    String detail = Objects.requireNonNullElse(message, HttpStatus.getMessage(status));
    Responses.send(new ProblemException(status, detail), response, callback);
  }
}
