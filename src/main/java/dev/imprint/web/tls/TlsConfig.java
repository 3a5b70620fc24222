package dev.imprint.web.tls;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate; without one, it speaks plain HTTP.
 *
 * @param certificate PEM file: the certificate, then those between it and a root
 * @param key PEM file of its private key, in PKCS #8
 */
public record TlsConfig(@Nullable Path certificate, @Nullable Path key) {
  public static final TlsConfig NONE = new TlsConfig(null, null);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public TlsConfig {
    unless(
        (certificate == null) == (key == null),
        certificate == null ? "http.tls.certificate" : "http.tls.key",
        "not set",
        "set both http.tls.certificate and http.tls.key, or neither");
  }

  public boolean hasCertificate() {
    return certificate != null;
  }
}
