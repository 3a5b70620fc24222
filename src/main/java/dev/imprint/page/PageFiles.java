package dev.imprint.page;

import dev.imprint.web.StaticFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, and those of the libraries that it uses. */
public final class PageFiles {
  private static final String WEB = "/web/";
  private static final String HTM = "/META-INF/resources/_static/htm/3.1.1/";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

  /** Our own files, in {@code src/main/web}. */
  static final List<String> OWN =
      List.of(
          "app.js",
          "api.js",
          "arrows.js",
          "chart.js",
          "classes-change.js",
          "classes-desk.js",
          "classes-findings.js",
          "classes-labels.js",
          "classes-picture.js",
          "classes.js",
          "dialog.js",
          "drop.js",
          "figure.js",
          "format.js",
          "hash.js",
          "icon.svg",
          "keys.js",
          "login.js",
          "outbox.js",
          "page.css",
          "retried-picture.js",
          "roles.js",
          "source.js",
          "status.js",
          "storage.js",
          "teach-answers.js",
          "teach-camera.js",
          "teach-drop.js",
          "teach-keys.js",
          "teach-queue.js",
          "teach-similar.js",
          "teach.js",
          "try.js",
          "understand-answer.js",
          "understand-history.js",
          "understand-occlusion.js",
          "understand.js",
          "use-get.js",
          "use-keys.js",
          "use-parts.js",
          "versions-actions.js",
          "versions-changes.js",
          "versions-detail.js",
          "versions-figures.js",
          "versions-stream.js",
          "versions.js",
          "watch-card.js",
          "watch-filter.js",
          "watch-stream.js",
          "watch.js");

  private PageFiles() {}

  /** The files that browsers load. */
  public static StaticFiles all() {
    Map<String, String> files = new LinkedHashMap<>();
    OWN.forEach(name -> files.put(name, WEB + name));
    files.put("lib/preact.js", HTM + "preact/standalone.module.js");
    files.put("lib/uplot.iife.js", UPLOT + "dist/uPlot.iife.min.js");
    files.put("lib/uplot.css", UPLOT + "dist/uPlot.min.css");
    return new StaticFiles(WEB + "index.html", files);
  }
}
