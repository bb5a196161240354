/**
 * Builds images of Dockerfiles, each in an instance of its own that has no other purpose, and finds
 * out which of them are built already.
 *
 * <p>Start at {@link dev.berth.runtime.runc.build.DockerfileBuilds}; {@code build.sh} is what runs
 * inside. Knows nothing of where a builder's root file system comes from, nor of workspaces.
 */
@NullMarked
package dev.berth.runtime.runc.build;

import org.jspecify.annotations.NullMarked;
