/**
 * What crosses a process boundary: ids, intents and phases, and the records of each API.
 *
 * <p>Start at {@link dev.berth.protocol.Phase} and {@link dev.berth.protocol.Intent}. The API of
 * control is in {@code dev.berth.protocol.api}, that of the supervisor in {@code
 * dev.berth.protocol.inside}, what the gateway is told in {@code dev.berth.protocol.route}.
 */
@NullMarked
package dev.berth.protocol;

import org.jspecify.annotations.NullMarked;
