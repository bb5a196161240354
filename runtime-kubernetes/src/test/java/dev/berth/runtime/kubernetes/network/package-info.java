/** The tests of what a network policy says; they need no cluster. */
@NullMarked
package dev.berth.runtime.kubernetes.network;

import org.jspecify.annotations.NullMarked;
