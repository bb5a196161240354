@NullMarked
package dev.berth.installer.checks;

import org.jspecify.annotations.NullMarked;
