package dev.berth.protocol.inside;

import dev.berth.protocol.UserId;
import java.util.Optional;

/**
 * Whose workspace it is, and what they brought along.
 *
 * @param author who commits: name and e-mail; either may be empty
 * @param dotfiles the repository of their own settings, cloned into each new home
 */
public record OwnerPlan(UserId id, GitAuthor author, Optional<String> dotfiles) {}
