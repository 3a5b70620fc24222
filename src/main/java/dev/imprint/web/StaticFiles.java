package dev.imprint.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Sha256;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ProblemException;
import dev.imprint.web.api.Responses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, each under its exact path: the HTML at {@code /}, and the others below a
 * folder named after the digest of them all. So browsers keep those for ever, and never mix two
 * releases. Read from the class path at the first request. Thread-safe.
 */
public final class StaticFiles extends Handler.Abstract.NonBlocking {
  static final String ROOT = "/assets/";

  /** In the HTML, stands for the folder of the other files. */
  private static final String FOLDER = "{{assets}}";

  /** In the HTML, stands for links that have browsers load all modules at once. */
  private static final String MODULES = "<!-- modules -->";

  /** End of the names of scripts that are no modules. */
  private static final String SCRIPT = ".iife.js";

  private static final int DIGEST_DIGITS = 16;
  private static final int WORTH_COMPRESSING = 512;

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final String html;
  private final Map<String, String> others;
  private @Nullable Map<String, StaticFile> files; // by path; guarded by this

  /**
   * @param zipped null if that is not smaller
   * @param tag the entity tag
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared or changed
  private record StaticFile(
      String type, String caching, byte[] bytes, byte @Nullable [] zipped, String tag) {
    static StaticFile of(String name, byte[] bytes, String caching) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        throw new IllegalArgumentException("no content type is known for " + name);
      }
      byte[] zipped = bytes.length < WORTH_COMPRESSING ? null : compressed(bytes);
      return new StaticFile(type, caching, bytes, zipped, '"' + Sha256.hex(bytes) + '"');
    }
  }

  /**
   * @param html resource on the class path
   * @param others resources on the class path, by their names in the folder
   */
  public StaticFiles(String html, Map<String, String> others) {
    this.html = html;
    this.others = new LinkedHashMap<>(others);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (Api.owns(path)) {
      return false;
    }
    boolean head = HttpMethod.HEAD.is(request.getMethod());
    StaticFile file = files().get(path);
    if (file == null) {
      Responses.send(
          ProblemException.notFound("there is no such file: load the page again"),
          response,
          callback);
    } else if (!head && !HttpMethod.GET.is(request.getMethod())) {
      Responses.send(ProblemException.wrongMethod("GET", "HEAD"), response, callback);
    } else {
      send(file, head, request.getHeaders(), response, callback);
    }
    return true;
  }

  private static void send(
      StaticFile file, boolean head, HttpFields asked, Response response, Callback callback) {
    HttpFields.Mutable fields = response.getHeaders();
    fields.add(HttpHeader.ETAG, file.tag());
    fields.add(HttpHeader.CACHE_CONTROL, file.caching());
    fields.add(HttpHeader.VARY, "Accept-Encoding");
    if (asked.contains(new HttpField(HttpHeader.IF_NONE_MATCH, file.tag()))) {
      response.setStatus(HttpStatus.NOT_MODIFIED_304);
      response.write(true, ByteBuffer.allocate(0), callback);
      return;
    }
    fields.add(HttpHeader.CONTENT_TYPE, file.type());
    byte[] body = file.bytes();
    byte[] zipped = file.zipped();
    if (zipped != null && asked.getQualityCSV(HttpHeader.ACCEPT_ENCODING).contains("gzip")) {
      body = zipped;
      fields.add(HttpHeader.CONTENT_ENCODING, "gzip");
    }
    fields.put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(head ? new byte[0] : body), callback);
  }

  private synchronized Map<String, StaticFile> files() {
    if (files == null) {
      files = read();
    }
    return files;
  }

  private Map<String, StaticFile> read() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    others.forEach((name, resource) -> contents.put(name, bytes(resource)));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    contents.values().forEach(all::writeBytes);
    String folder = ROOT + Sha256.hex(all.toByteArray()).substring(0, DIGEST_DIGITS) + "/";
    Map<String, StaticFile> read = new HashMap<>();
    contents.forEach(
        (name, bytes) ->
            read.put(
                folder + name, StaticFile.of(name, bytes, "public, max-age=31536000, immutable")));
    String modules =
        contents.keySet().stream()
            .filter(name -> name.endsWith(".js") && !name.endsWith(SCRIPT))
            .map(name -> "<link rel=\"modulepreload\" href=\"%s%s\">".formatted(folder, name))
            .collect(Collectors.joining("\n  "));
    String page =
        new String(bytes(html), UTF_8)
            .replace(FOLDER, folder.substring(0, folder.length() - 1))
            .replace(MODULES, modules);
    read.put("/", StaticFile.of("index.html", page.getBytes(UTF_8), "no-cache"));
    return Map.copyOf(read);
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte @Nullable [] compressed(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // in memory
    }
    return zipped.size() < bytes.length ? zipped.toByteArray() : null;
  }
}
