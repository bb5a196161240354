@NullMarked
package dev.berth.objects.wrap;

import org.jspecify.annotations.NullMarked;
