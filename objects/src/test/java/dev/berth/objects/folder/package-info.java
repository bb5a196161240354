@NullMarked
package dev.berth.objects.folder;

import org.jspecify.annotations.NullMarked;
