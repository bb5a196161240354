package dev.berth.snapshots.format;

import dev.berth.objects.ObjectName;

/** Where each object lies in a repository. */
public final class Names {
  public static final ObjectName FORMAT = ObjectName.of("format");
  public static final ObjectName PACKS = ObjectName.of("packs");
  public static final ObjectName INDEXES = ObjectName.of("indexes");
  public static final ObjectName SNAPSHOTS = ObjectName.of("snapshots");
  public static final ObjectName SAVES = ObjectName.of("saves");
  public static final ObjectName CONDEMNED = ObjectName.of("condemned");
  public static final ObjectName WAITS = ObjectName.of("waits");
  public static final ObjectName KEPT = ObjectName.of("kept");
  public static final ObjectName CLAIMS = ObjectName.of("claims");

  private Names() {}

  public static ObjectName snapshots(OwnerKeys keys, String series) {
    return SNAPSHOTS.with(keys.seriesFolder(series));
  }

  public static ObjectName snapshot(OwnerKeys keys, String series, SaveId id) {
    return snapshots(keys, series).with(id.text());
  }

  /** The snapshot that the save of this announcement ends in. */
  public static ObjectName snapshotOf(ObjectName announcement) {
    return SNAPSHOTS.with(announcement.text().substring(SAVES.text().length() + 1));
  }

  /** Where the marks of a series' snapshots are that stay as long as it does. */
  public static ObjectName kept(OwnerKeys keys, String series) {
    return KEPT.with(keys.seriesFolder(series));
  }

  /** Where it is written who writes a series. */
  public static ObjectName claims(OwnerKeys keys, String series) {
    return CLAIMS.with(keys.seriesFolder(series));
  }

  public static ObjectName announcement(OwnerKeys keys, String series, SaveId id) {
    return SAVES.with(keys.seriesFolder(series)).with(id.text());
  }
}
