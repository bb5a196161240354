/** The tests of what a pod is made of; they need no cluster. */
@NullMarked
package dev.berth.runtime.kubernetes.pod;

import org.jspecify.annotations.NullMarked;
