package dev.imprint.app.doctor;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.web.HttpConfig;
import dev.imprint.web.access.Access;
import dev.imprint.web.access.AccessConfig.Auth;
import dev.imprint.web.tls.TlsFiles;
import java.time.Clock;
import java.util.List;

/**
 * Checks who may use the page, and how well that is protected. Findings name no hash and no key.
 *
 * @param findings collects the findings
 */
record HttpCheck(HttpConfig http, List<Finding> findings) {
  void run() {
    try {
      Access.open(http.access(), http.onLoopback(), Clock.systemUTC());
      if (http.tls().hasCertificate()) {
        new TlsFiles(http.tls(), Clock.systemUTC());
      }
    } catch (InvalidSettingException e) {
      findings.add(Finding.error(String.valueOf(e.getMessage()), "correct " + e.key()));
      return;
    }
    if (http.servesNobody()) {
      findings.add(
          Finding.ok(
              "the page is off: http.host is %s, and no setting says who may use it"
                  .formatted(http.host())));
    } else if (http.servesEverybody() && !http.onLoopback()) {
      findings.add(
          Finding.warning(
              "http.auth is none: anyone who reaches %s:%d may teach and roll back"
                  .formatted(http.host(), http.port()),
              "set http.users, or let only a trusted network reach it"));
    } else if (http.access().auth() == Auth.USERS
        && !http.onLoopback()
        && !http.tls().hasCertificate()) {
      findings.add(
          Finding.warning(
              "passwords travel unencrypted to http %s:%d".formatted(http.host(), http.port()),
              "set http.tls, or let only a proxy that encrypts reach it"));
    }
  }
}
