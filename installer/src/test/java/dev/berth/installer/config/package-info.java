@NullMarked
package dev.berth.installer.config;

import org.jspecify.annotations.NullMarked;
