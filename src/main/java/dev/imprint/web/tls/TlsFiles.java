package dev.imprint.web.tls;

import dev.imprint.model.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and key, which it reads again when the files change: certificates are
 * renewed while it runs. Used by one thread at a time.
 */
public final class TlsFiles {
  private static final long LOOK_SECONDS = 60;

  /** For the store in memory alone, which cannot be without one. */
  private static final String STORE_PASSWORD = "in memory";

  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private final TlsConfig config;
  private final Clock clock;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();
  private List<FileTime> changed;

  /**
   * @param config with TLS on
   * @throws InvalidSettingException if the files are not good
   */
  public TlsFiles(TlsConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    changed = times();
    factory.setKeyStore(store());
    factory.setKeyManagerPassword(STORE_PASSWORD);
    factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
  }

  /** For the server's connections. */
  public SslContextFactory.Server factory() {
    return factory;
  }

  /** Looks at the files every minute, until the scheduler is stopped. */
  public void follow(Scheduler scheduler) {
    scheduler.schedule(
        () -> {
          look();
          if (scheduler.isRunning()) {
            follow(scheduler);
          }
        },
        LOOK_SECONDS,
        TimeUnit.SECONDS);
  }

  /** Takes new files, if they are good; otherwise goes on with the ones before. */
  void look() {
    List<FileTime> now = times();
    if (now.equals(changed)) {
      return;
    }
    changed = now;
    try {
      KeyStore store = store();
      factory.reload(reloaded -> reloaded.setKeyStore(store));
      LOG.info("The certificate in {} has changed, and is used from now on", config.certificate());
    } catch (InvalidSettingException e) {
      LOG.warn("The previous certificate is still in use: {}", e.getMessage());
    } catch (Exception e) { // declared by Jetty
      LOG.warn("The previous certificate is still in use", e);
    }
  }

  private KeyStore store() {
    TlsIdentity identity = TlsIdentity.read(config, clock.instant());
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "tls",
          identity.key(),
          STORE_PASSWORD.toCharArray(),
          identity.chain().toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e); // in memory
    }
  }

  private List<FileTime> times() {
    return List.of(
        time(Objects.requireNonNull(config.certificate())),
        time(Objects.requireNonNull(config.key())));
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // being replaced
    }
  }
}
