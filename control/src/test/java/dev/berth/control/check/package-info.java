@NullMarked
package dev.berth.control.check;

import org.jspecify.annotations.NullMarked;
