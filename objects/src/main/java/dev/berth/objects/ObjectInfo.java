package dev.berth.objects;

import java.time.Instant;

/** What a store tells of an object: its size, and when it was written by the store's clock. */
public record ObjectInfo(ObjectName name, long sizeBytes, Instant written) {}
