/** What people and programs show to get in. */
@NullMarked
package dev.berth.control.account;

import org.jspecify.annotations.NullMarked;
