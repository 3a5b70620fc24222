package dev.imprint.web.tls;

import dev.imprint.model.InvalidSettingException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a single certificate, whatever its name and its issuer: a command that asks the service on
 * its own machine knows it from the same settings, but not under the name in it. Thread-safe.
 */
public final class PinnedCertificate extends X509ExtendedTrustManager {
  private final X509Certificate trusted;

  private PinnedCertificate(X509Certificate trusted) {
    this.trusted = trusted;
  }

  /**
   * For a client that trusts the certificate of these settings alone.
   *
   * @throws InvalidSettingException if the files are not good
   */
  public static SSLContext context(TlsConfig config, Instant now) {
    X509Certificate certificate = TlsIdentity.read(config, now).chain().get(0);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] managers = {new PinnedCertificate(certificate)};
      context.init(null, managers, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // each Java has TLS
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (!chain[0].equals(trusted)) {
      throw new CertificateException("it is not the certificate of http.tls.certificate");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
