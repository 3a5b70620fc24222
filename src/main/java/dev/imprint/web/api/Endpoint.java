package dev.imprint.web.api;

/**
 * Carries out the calls of one route; called by several threads at once, which all routes share:
 * whatever waits, for Kafka for instance, answers {@link Answer.Later}.
 */
@FunctionalInterface
public interface Endpoint {
  /**
   * @throws ProblemException if the client has to do something else, or try again later
   */
  Answer answer(Call call) throws ProblemException;
}
