@NullMarked
package dev.berth.objects.gcs;

import org.jspecify.annotations.NullMarked;
