/**
 * TLS by PEM files: {@link dev.imprint.web.tls.TlsIdentity} reads and checks them, {@link
 * dev.imprint.web.tls.TlsFiles} hands them to the server and follows their changes, and {@link
 * dev.imprint.web.tls.PinnedCertificate} lets the commands of this machine trust them.
 */
@NullMarked
package dev.imprint.web.tls;

import org.jspecify.annotations.NullMarked;
