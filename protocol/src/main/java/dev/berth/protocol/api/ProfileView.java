package dev.berth.protocol.api;

import java.util.Optional;

/**
 * What a user says of himself.
 *
 * @param gitName as whom he commits; may be empty
 * @param gitEmail the same
 * @param dotfiles the repository of his own settings, cloned into each new workspace's home
 */
public record ProfileView(String gitName, String gitEmail, Optional<String> dotfiles) {}
