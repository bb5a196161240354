/** Who passes, asked without a network. */
@NullMarked
package dev.berth.gateway.access;

import org.jspecify.annotations.NullMarked;
