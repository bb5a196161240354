package dev.berth.installer.config;

import java.util.Optional;

/**
 * A server with a volume that is put into the cluster.
 *
 * @param size of its volume, as Kubernetes writes it
 * @param storageClass of it; empty for the cluster's default
 * @param memoryBytes that it gets
 */
public record Stored(String image, String size, Optional<String> storageClass, long memoryBytes) {}
