package dev.imprint.web.api;

import dev.imprint.event.Json;

/** How errors are written: each interface has a standard form of its own. */
enum ErrorForm {
  /** RFC 9457. */
  PROBLEM(Problem.CONTENT_TYPE, Problem.class),
  /** Of the Open Inference Protocol. */
  INFERENCE(Route.JSON, InferenceError.class);

  /**
   * @param error what is wrong, and what to do
   */
  record InferenceError(String error) {}

  private final String contentType;
  private final Class<?> type;

  ErrorForm(String contentType, Class<?> type) {
    this.contentType = contentType;
    this.type = type;
  }

  /** That of the interface which a path belongs to. */
  static ErrorForm of(String path) {
    return Api.isInference(path) ? INFERENCE : PROBLEM;
  }

  String contentType() {
    return contentType;
  }

  Class<?> type() {
    return type;
  }

  byte[] body(Problem problem) {
    return Json.encode(this == PROBLEM ? problem : new InferenceError(problem.detail()));
  }
}
