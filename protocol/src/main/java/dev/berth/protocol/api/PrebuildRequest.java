package dev.berth.protocol.api;

import java.util.Optional;

/**
 * Asks for a prebuild.
 *
 * @param contextUrl of the repository, branch or commit
 * @param again whether to make a new one where one of that commit is there; not where empty
 */
public record PrebuildRequest(String contextUrl, Optional<Boolean> again) {}
