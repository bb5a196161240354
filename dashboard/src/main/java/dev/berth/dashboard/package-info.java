/**
 * The web pages, built by npm from {@code web/} into this jar: the dashboard and a workspace's
 * terminals.
 *
 * <p>Start at {@link dev.berth.dashboard.Pages}, which hands out their files. It decides what a
 * browser may do with them (type, caching, security headers) and knows nothing of HTTP servers, of
 * who may see a page, or of workspaces: the pages speak the API for themselves.
 */
@NullMarked
package dev.berth.dashboard;

import org.jspecify.annotations.NullMarked;
