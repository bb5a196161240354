package dev.berth.snapshots.repository;

/** Some bytes of a larger array, which nobody changes. */
public record Slice(byte[] array, int offset, int length) {}
