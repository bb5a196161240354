package dev.berth.snapshots.format;

import java.util.List;

/** Some chunks of a pack, compressed and sealed together. */
public record Block(int sealedBytes, int plainBytes, boolean zstandard, List<ChunkRef> chunks) {}
