package dev.imprint.web;

import io.javalin.config.RoutesConfig;

/** The routes of one concern. Handlers run on several of the server's threads at once. */
interface Routes {
  void addTo(RoutesConfig routes);
}
