@org.jspecify.annotations.NullMarked
package dev.berth.node.pod;
