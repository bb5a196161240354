/** That phases follow intents, whatever is seen. */
@NullMarked
package dev.berth.control.reconcile;

import org.jspecify.annotations.NullMarked;
