@NullMarked
package dev.berth.objects.bucket;

import org.jspecify.annotations.NullMarked;
