/**
 * What an installation is told: its folder, its berth.yaml, the environment.
 *
 * <p>Start at {@link dev.berth.cli.settings.Configuration}; a section of the file that has much to
 * say has a class of its own. {@link dev.berth.cli.settings.Home} says what lies where. Opens
 * nothing that it names.
 */
@NullMarked
package dev.berth.cli.settings;

import org.jspecify.annotations.NullMarked;
