/**
 * A small HTTP/1.1 server on Netty whose handlers are plain blocking code, each request on a
 * virtual thread of its own: JSON, server-sent events, WebSockets, upgrades to raw bytes.
 *
 * <p>Start at {@link dev.berth.base.http.HttpServer} and {@link dev.berth.base.http.Router}. It
 * serves control and the supervisor, both behind the gateway; it knows nothing of TLS, HTTP/2 or
 * large bodies, which are the gateway's.
 */
@NullMarked
package dev.berth.base.http;

import org.jspecify.annotations.NullMarked;
