@NullMarked
package dev.berth.objects.journal;

import org.jspecify.annotations.NullMarked;
