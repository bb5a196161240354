@NullMarked
package dev.berth.objects.http;

import org.jspecify.annotations.NullMarked;
