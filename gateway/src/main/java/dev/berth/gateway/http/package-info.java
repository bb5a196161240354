/**
 * Takes requests from outside, finds out what to do with each, and answers.
 *
 * <p>Start at {@link dev.berth.gateway.http.Reception}, which says for a request what is done with
 * it, and {@link dev.berth.gateway.http.ClientConnection}, which does it. {@link
 * dev.berth.gateway.http.Entrance} opens the sockets. Knows the wire; who may pass is decided in
 * {@code dev.berth.gateway.access}, and how bytes are carried in {@code dev.berth.gateway.forward}.
 */
@NullMarked
package dev.berth.gateway.http;

import org.jspecify.annotations.NullMarked;
