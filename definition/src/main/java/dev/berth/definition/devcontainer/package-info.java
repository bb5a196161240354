/**
 * Reads {@code devcontainer.json} (the specification of containers.dev), the metadata of features
 * and of images, and merges them: a class for each group of fields.
 *
 * <p>Start at {@link dev.berth.definition.devcontainer.DevcontainerJson}. A file becomes a {@code
 * Stated}, which says only what the file says, so that several can be merged; only then it becomes
 * a definition. Knows nothing of files, registries and builds.
 */
@NullMarked
package dev.berth.definition.devcontainer;

import org.jspecify.annotations.NullMarked;
