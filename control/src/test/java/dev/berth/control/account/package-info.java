/** Tests of accounts and what they keep. */
@NullMarked
package dev.berth.control.account;

import org.jspecify.annotations.NullMarked;
