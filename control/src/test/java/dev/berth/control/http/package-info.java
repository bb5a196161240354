/** Tests of control's doors. */
@NullMarked
package dev.berth.control.http;

import org.jspecify.annotations.NullMarked;
