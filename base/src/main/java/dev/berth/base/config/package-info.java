/**
 * Reads the configuration file: YAML into values, with every problem told at once and at its line.
 *
 * <p>Start at {@link dev.berth.base.config.Settings}. What the settings mean is for each role to
 * say.
 */
@NullMarked
package dev.berth.base.config;

import org.jspecify.annotations.NullMarked;
