package dev.imprint.app.service;

import dev.imprint.buffer.Buffer;
import dev.imprint.event.HeadFile;
import dev.imprint.leader.Leader;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.page.watch.LedExamples;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives the page the buffer of the current leadership. Thread-safe; owns nothing. */
final class LedBuffer implements Supplier<@Nullable LedExamples> {
  private volatile List<String> initialLabels = List.of();
  private volatile @Nullable Backbones backbones;
  private volatile @Nullable Leader leader;
  // Weakly: a leadership that has ended must not keep it in memory.
  private volatile WeakReference<Buffer> buffer = new WeakReference<>(null);

  /**
   * @param initial the head that serves until a version is rolled out; null for none
   */
  void opened(Backbones all, @Nullable HeadFile initial) {
    initialLabels = initial == null ? List.of() : initial.head().labels();
    backbones = all;
  }

  void elects(Leader its) {
    leader = its;
  }

  /** A leadership begins with this one. */
  void begins(Buffer its) {
    buffer = new WeakReference<>(its);
  }

  /** Of the head that the service started with; empty for none. */
  List<String> initialLabels() {
    return initialLabels;
  }

  /** Null while this instance does not lead. */
  @Override
  public @Nullable LedExamples get() {
    Backbones all = backbones;
    Leader elected = leader;
    Buffer its = buffer.get();
    return all != null && elected != null && elected.leads() && its != null
        ? new LedExamples(its.snapshot(), its.caughtUp(), all.trained())
        : null;
  }
}
