package dev.imprint.web;

import java.io.IOException;
import org.eclipse.jetty.server.Request;

/** Answers requests for one path; called by several server threads at once. */
public interface Page {
  PageResponse get(Request request) throws IOException;
}
