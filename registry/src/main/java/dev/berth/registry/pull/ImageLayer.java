package dev.berth.registry.pull;

import dev.berth.registry.Digest;

/**
 * One layer of an image.
 *
 * @param digest of what the registry sends, compressed or not
 * @param sizeBytes of the same
 * @param diffId the digest of the tar archive inside, which names the same files however compressed
 */
public record ImageLayer(Digest digest, long sizeBytes, Digest diffId) {}
