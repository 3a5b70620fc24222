package dev.imprint.web.access;

import dev.imprint.model.labels.PlainText;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.Callers;
import dev.imprint.web.api.ProblemException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;

/** Believes a proxy that says who has logged in there, and nobody else. Thread-safe. */
final class ProxyCallers implements Callers {
  private final ProxyConfig config;
  private final Map<String, User> users;
  private final InetAddressSet trusted = new InetAddressSet();

  /**
   * @param users with a role of their own, by name
   */
  ProxyCallers(ProxyConfig config, Map<String, User> users) {
    this.config = config;
    this.users = users;
    trusted.addAll(config.addresses());
  }

  @Override
  public @Nullable Caller of(Request request) throws ProblemException {
    if (!(request.getConnectionMetaData().getRemoteSocketAddress()
            instanceof InetSocketAddress peer)
        || !trusted.test(peer.getAddress())) {
      throw ProblemException.forbidden(
          "the page can only be reached through its proxy: %s is not in http.proxy.addresses"
              .formatted(Request.getRemoteAddr(request)));
    }
    List<String> named = request.getHeaders().getValuesList(config.userHeader());
    if (named.size() > 1) {
      throw ProblemException.badRequest(
          "the proxy sends %s twice: have it remove what clients send"
              .formatted(config.userHeader()));
    }
    String name = named.isEmpty() ? null : PlainText.forPeople(named.get(0));
    if (name == null) {
      return null;
    }
    User user = users.get(name);
    return new Caller(name, user == null ? config.role() : user.role());
  }
}
