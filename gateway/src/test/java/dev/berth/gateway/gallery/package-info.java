/** Tests of the kept registry of extensions. */
@NullMarked
package dev.berth.gateway.gallery;

import org.jspecify.annotations.NullMarked;
