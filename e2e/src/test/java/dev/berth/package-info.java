/** How the modules and packages hang together, kept by a test. */
@NullMarked
package dev.berth;

import org.jspecify.annotations.NullMarked;
