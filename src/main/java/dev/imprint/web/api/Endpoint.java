package dev.imprint.web.api;

/**
 * Carries out the calls of one route; called by several threads at once, which may wait for Kafka
 * for a few seconds.
 */
@FunctionalInterface
public interface Endpoint {
  /**
   * @throws ProblemException if the client has to do something else, or try again later
   */
  Answer answer(Call call) throws ProblemException;
}
