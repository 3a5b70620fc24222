package dev.imprint.web.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imprint.web.api.Caller;
import dev.imprint.web.api.Callers;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Knows programs by their tokens (RFC 6750). Thread-safe. */
final class TokenCallers implements Callers {
  private static final String SCHEME = "bearer ";

  private final List<Token> tokens;

  TokenCallers(List<Token> tokens) {
    this.tokens = tokens;
  }

  @Override
  public @Nullable Caller of(Request request) {
    String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return null;
    }
    byte[] hash = Token.hash(header.substring(SCHEME.length()).strip()).getBytes(US_ASCII);
    for (Token token : tokens) {
      if (MessageDigest.isEqual(hash, token.hash().getBytes(US_ASCII))) {
        return new Caller(token.name(), token.role());
      }
    }
    return null;
  }
}
