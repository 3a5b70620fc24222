package dev.imprint.web.access;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.api.AccessRole;
import java.util.List;
import org.eclipse.jetty.util.InetAddressSet;

/**
 * A proxy that logs users in.
 *
 * @param addresses of the proxy: single ones, or networks such as 10.1.0.0/16
 * @param userHeader header in which it names the user
 * @param role of users who are not listed
 */
public record ProxyConfig(List<String> addresses, String userHeader, AccessRole role) {
  static final ProxyConfig DEFAULTS =
      new ProxyConfig(List.of(), "X-Forwarded-User", AccessRole.LABEL);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ProxyConfig {
    addresses = List.copyOf(addresses);
    for (String address : addresses) {
      unless(
          isAddress(address),
          "http.proxy.addresses",
          address,
          "list addresses such as 127.0.0.1 or ::1, or networks such as 10.1.0.0/16");
    }
    unless(
        userHeader.matches("[A-Za-z][A-Za-z0-9-]{0,63}"),
        "http.proxy.user_header",
        userHeader,
        "set the name of a header, such as X-Forwarded-User");
  }

  /** Numeric, because a name could lead elsewhere tomorrow. */
  private static boolean isAddress(String address) {
    try {
      return address.matches("[0-9a-fA-F:.]+(/\\d{1,3})?") && new InetAddressSet().add(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
