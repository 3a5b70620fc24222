package dev.imprint.web.api;

import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** A request that is not carried out; the message tells the client why, and what to do. */
public final class ProblemException extends Exception {
  private static final long serialVersionUID = 1;

  private static final String NONE = "";

  private final int status;
  private final String header;
  private final String value;

  /**
   * @param status of HTTP, 400 to 599
   */
  public ProblemException(int status, String detail) {
    this(status, detail, NONE, NONE);
  }

  /**
   * @param header one more of the answer
   */
  private ProblemException(int status, String detail, String header, String value) {
    super(detail);
    this.status = status;
    this.header = header;
    this.value = value;
  }

  /** The path takes other methods. */
  public static ProblemException wrongMethod(String... allowed) {
    String methods = String.join(", ", allowed);
    return new ProblemException(
        HttpStatus.METHOD_NOT_ALLOWED_405, "use " + methods, HttpHeader.ALLOW.asString(), methods);
  }

  public static ProblemException badRequest(String detail) {
    return new ProblemException(HttpStatus.BAD_REQUEST_400, detail);
  }

  /** The request has the form that it must have, but what is in it cannot be used. */
  public static ProblemException unusable(String detail) {
    return new ProblemException(HttpStatus.UNPROCESSABLE_ENTITY_422, detail);
  }

  /**
   * @param what of the request
   */
  public static ProblemException tooLarge(String what, int mostBytes) {
    return new ProblemException(
        HttpStatus.PAYLOAD_TOO_LARGE_413, "%s is larger than %d bytes".formatted(what, mostBytes));
  }

  /** The request does not say credibly who sends it. */
  public static ProblemException unauthorized(String detail) {
    return new ProblemException(
        HttpStatus.UNAUTHORIZED_401,
        detail,
        HttpHeader.WWW_AUTHENTICATE.asString(),
        "Bearer realm=\"Imprint\"");
  }

  public static ProblemException forbidden(String detail) {
    return new ProblemException(HttpStatus.FORBIDDEN_403, detail);
  }

  /** The same request may be sent again after that time. */
  public static ProblemException tooMany(String detail, Duration wait) {
    return new ProblemException(
        HttpStatus.TOO_MANY_REQUESTS_429,
        detail,
        HttpHeader.RETRY_AFTER.asString(),
        String.valueOf(wait.toSeconds() + 1));
  }

  public static ProblemException notFound(String detail) {
    return new ProblemException(HttpStatus.NOT_FOUND_404, detail);
  }

  /** The same request may succeed in a moment. */
  public static ProblemException unavailable(String detail) {
    return new ProblemException(HttpStatus.SERVICE_UNAVAILABLE_503, detail);
  }

  /** Kafka did not answer in time, or refused: the same request may succeed in a moment. */
  public static ProblemException withoutKafka(RuntimeException cause) {
    return unavailable("Kafka does not answer: " + cause.getMessage());
  }

  Problem problem() {
    return Problem.of(status, String.valueOf(getMessage()));
  }

  /** Headers of the answer. */
  HttpFields fields() {
    HttpFields.Mutable fields = problem().fields();
    return header.isEmpty() ? fields : fields.add(header, value);
  }
}
