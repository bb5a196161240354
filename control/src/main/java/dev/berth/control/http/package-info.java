/**
 * Control's doors: the API for owners, the pages, and the calls of the gateway.
 *
 * <p>Start at {@link dev.berth.control.http.ControlRoutes}. What the calls mean is in {@code
 * docs/formats/api}; who may make them is decided in {@code Doors}, in one place.
 */
@NullMarked
package dev.berth.control.http;

import org.jspecify.annotations.NullMarked;
