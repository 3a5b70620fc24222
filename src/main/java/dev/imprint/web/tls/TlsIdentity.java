package dev.imprint.web.tls;

import static dev.imprint.model.InvalidSettingException.unless;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.imprint.model.InvalidSettingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private key and its certificate.
 *
 * @param chain the certificate, then those between it and a root
 */
record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final String CERTIFICATE = "http.tls.certificate";
  private static final String KEY = "http.tls.key";
  private static final long MOST_BYTES = 1 << 20;

  private static final Pattern KEY_BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([^-]*)-----END ");

  /** How keys of each kind sign. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  /**
   * Reads both files (RFC 7468).
   *
   * @throws InvalidSettingException if they cannot be read, do not belong together, or the
   *     certificate is not valid now
   */
  static TlsIdentity read(TlsConfig config, Instant now) {
    Path file = Objects.requireNonNull(config.certificate());
    Path keyFile = Objects.requireNonNull(config.key());
    List<X509Certificate> chain = certificates(file);
    requireValid(chain.get(0), file, now);
    String algorithm = chain.get(0).getPublicKey().getAlgorithm();
    unless(
        SIGNATURES.containsKey(algorithm),
        CERTIFICATE,
        "%s, whose key is of the kind %s".formatted(file, algorithm),
        "use a certificate for an RSA, EC or Ed25519 key");
    PrivateKey key = key(keyFile, algorithm);
    if (key == null || !isPair(key, chain.get(0))) {
      throw new InvalidSettingException(
          KEY, keyFile, "it is not the key of the certificate in %s".formatted(file));
    }
    return new TlsIdentity(key, chain);
  }

  private static List<X509Certificate> certificates(Path file) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(bytes(CERTIFICATE, file))) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (CertificateException | IOException e) {
      // The same message: it is a file of something else.
    }
    throw new InvalidSettingException(
        CERTIFICATE, file, "it has no certificate; set a PEM file (-----BEGIN CERTIFICATE-----)");
  }

  private static void requireValid(X509Certificate certificate, Path file, Instant now) {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw new InvalidSettingException(
          CERTIFICATE,
          file,
          "it expired on %s: renew it".formatted(certificate.getNotAfter().toInstant()));
    } catch (CertificateNotYetValidException e) {
      throw new InvalidSettingException(
          CERTIFICATE,
          file,
          "it is not valid before %s: check this machine's clock"
              .formatted(certificate.getNotBefore().toInstant()));
    }
  }

  /** Null if it is a key of another kind. */
  private static @Nullable PrivateKey key(Path file, String algorithm) {
    Matcher block = KEY_BLOCK.matcher(new String(bytes(KEY, file), ISO_8859_1));
    unless(
        block.find(),
        KEY,
        file,
        "it has no private key; set a PEM file (-----BEGIN PRIVATE KEY-----)");
    unless(
        block.group(1).isEmpty(),
        KEY,
        file,
        "it is encrypted, or not in PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt -in %s -out"
                .formatted(file)
            + " FILE");
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(block.group(2).strip());
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isPair(PrivateKey key, X509Certificate certificate) {
    try {
      byte[] text = {1};
      String algorithm = SIGNATURES.get(certificate.getPublicKey().getAlgorithm());
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] bytes(String setting, Path file) {
    try {
      unless(Files.size(file) <= MOST_BYTES, setting, file, "it is too large for a PEM file");
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          setting, file, "it cannot be read; correct the path, or make the file readable");
    }
  }
}
