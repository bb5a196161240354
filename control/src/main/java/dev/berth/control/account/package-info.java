/**
 * Who may do what: accounts, sessions, one-time links and codes, and the installation's keys.
 *
 * <p>Start at {@link dev.berth.control.account.Accounts}.
 */
@NullMarked
package dev.berth.control.account;

import org.jspecify.annotations.NullMarked;
