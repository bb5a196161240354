package dev.berth.runtime.runc;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.util.Optional;

/**
 * What a frozen layer is called: {@code <workspace>.<point>}, and {@code .live} behind it where it
 * is not exactly that point, but what the workspace, which ran, had a moment after it.
 */
record LayerName(WorkspaceId workspace, String point, boolean live) {
  private static final String LIVE = ".live";

  /** The one that is exactly {@code seed}. */
  static LayerName of(Seed seed) {
    return new LayerName(seed.workspace(), seed.point(), false);
  }

  /** Empty where {@code text} is no layer's name, as that of one that is being made or deleted. */
  static Optional<LayerName> parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) return Optional.empty();
    boolean live = text.endsWith(LIVE) && text.length() - LIVE.length() > dot;
    var point = text.substring(dot + 1, text.length() - (live ? LIVE.length() : 0));
    if (point.isEmpty() || point.indexOf('.') >= 0) return Optional.empty();
    return WorkspaceId.parse(text.substring(0, dot)).map(id -> new LayerName(id, point, live));
  }

  /** Of the same point, the one that only those lie on who want what runs. */
  LayerName ofWhatRuns() {
    return new LayerName(workspace, point, true);
  }

  /** The point that it was made of. */
  Seed seed() {
    return new Seed(workspace, point);
  }

  @Override
  public String toString() {
    return workspace + "." + point + (live ? LIVE : "");
  }
}
