package dev.berth.protocol.api;

import java.util.Optional;

/**
 * What a user says of himself.
 *
 * @param gitName as whom he commits; may be empty
 * @param gitEmail the same
 * @param dotfiles the repository of his own settings, cloned into each new workspace's home
 * @param samePreferences whether his own settings of the editor are the same in all his workspaces
 */
public record ProfileView(
    String gitName, String gitEmail, Optional<String> dotfiles, boolean samePreferences) {}
