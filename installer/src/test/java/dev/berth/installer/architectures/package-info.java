@NullMarked
package dev.berth.installer.architectures;

import org.jspecify.annotations.NullMarked;
