@NullMarked
package dev.berth.objects.s3;

import org.jspecify.annotations.NullMarked;
