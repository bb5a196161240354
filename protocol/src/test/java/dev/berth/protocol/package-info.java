/** What ids and ports take, and what crosses a process boundary unchanged. */
@NullMarked
package dev.berth.protocol;

import org.jspecify.annotations.NullMarked;
