@NullMarked
package dev.berth.objects.azure;

import org.jspecify.annotations.NullMarked;
