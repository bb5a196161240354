@NullMarked
package dev.berth.installer.certificate;

import org.jspecify.annotations.NullMarked;
