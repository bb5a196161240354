/**
 * The gateway against nginx and Caddy as reverse proxies, on this machine's loopback.
 *
 * <p>Start at {@link dev.berth.bench.gateway.GatewayBench}; how to run it and what it said last is
 * in bench/README.md.
 */
@NullMarked
package dev.berth.bench.gateway;

import org.jspecify.annotations.NullMarked;
