@NullMarked
package dev.berth.installer.manifests;

import org.jspecify.annotations.NullMarked;
