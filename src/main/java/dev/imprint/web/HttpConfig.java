package dev.imprint.web;

import static dev.imprint.model.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.access.AccessConfig;
import dev.imprint.web.tls.TlsConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where the HTTP server listens, and who may use the page.
 *
 * @param host a name or address of this machine; 0.0.0.0 for all of them
 * @param port 0 for any free one
 */
public record HttpConfig(String host, int port, @JsonUnwrapped AccessConfig access, TlsConfig tls) {
  public static final HttpConfig DEFAULTS = new HttpConfig("127.0.0.1", 8080);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public HttpConfig {
    unless(
        !host.isBlank(),
        "http.host",
        "empty",
        "set an address of this machine, or 0.0.0.0 for all of them");
    unless(
        port >= 0 && port <= 65_535, "http.port", port, "set 1 to 65535, or 0 for any free port");
  }

  /** Without users and without TLS. */
  public HttpConfig(String host, int port) {
    this(host, port, AccessConfig.DEFAULTS, TlsConfig.NONE);
  }

  /** Whether only this machine can reach it. */
  public boolean onLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // the server will say so
    }
  }

  /** Whether whoever reaches it may use the page. */
  public boolean servesEverybody() {
    return access.isOpen(onLoopback());
  }

  /** Whether nobody may use the page, because no setting says who may. */
  public boolean servesNobody() {
    return access.isClosed(onLoopback());
  }

  /** Of its addresses: http or https. */
  public String scheme() {
    return tls.hasCertificate() ? "https" : "http";
  }
}
