package dev.imprint.web;

import java.io.IOException;
import org.eclipse.jetty.server.Request;

/** What is at one path. Called by several of the server's threads at once. */
interface Page {
  Answer get(Request request) throws IOException;
}
