@NullMarked
package dev.berth.installer.cluster;

import org.jspecify.annotations.NullMarked;
