@NullMarked
package dev.berth.objects.memory;

import org.jspecify.annotations.NullMarked;
