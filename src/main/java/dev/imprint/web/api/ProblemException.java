package dev.imprint.web.api;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** A request that is not carried out; the message tells the client why, and what to do. */
public final class ProblemException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String allowed;

  /**
   * @param status of HTTP, 400 to 599
   */
  public ProblemException(int status, String detail) {
    this(status, detail, "");
  }

  private ProblemException(int status, String detail, String allowed) {
    super(detail);
    this.status = status;
    this.allowed = allowed;
  }

  /** The path takes other methods. */
  public static ProblemException wrongMethod(String... allowed) {
    String methods = String.join(", ", allowed);
    return new ProblemException(HttpStatus.METHOD_NOT_ALLOWED_405, "use " + methods, methods);
  }

  public static ProblemException badRequest(String detail) {
    return new ProblemException(HttpStatus.BAD_REQUEST_400, detail);
  }

  public static ProblemException notFound(String detail) {
    return new ProblemException(HttpStatus.NOT_FOUND_404, detail);
  }

  /** The same request may succeed in a moment. */
  public static ProblemException unavailable(String detail) {
    return new ProblemException(HttpStatus.SERVICE_UNAVAILABLE_503, detail);
  }

  Problem problem() {
    return Problem.of(status, String.valueOf(getMessage()));
  }

  /** Headers of the answer. */
  HttpFields fields() {
    HttpFields.Mutable fields = problem().fields();
    return allowed.isEmpty() ? fields : fields.add(HttpHeader.ALLOW, allowed);
  }
}
