/** Tests of the pages: against fakes by hand that speak the API, in a real Chromium. */
@NullMarked
package dev.berth.dashboard;

import org.jspecify.annotations.NullMarked;
