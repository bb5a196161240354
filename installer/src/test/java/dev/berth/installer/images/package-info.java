@NullMarked
package dev.berth.installer.images;

import org.jspecify.annotations.NullMarked;
