/**
 * The rows of control in a SQL database: SQLite in a file on one machine, MySQL or MariaDB
 * elsewhere, by the same statements.
 *
 * <p>Start at {@link dev.berth.control.store.Database}. The seams that are kept here are {@link
 * dev.berth.control.workspace.WorkspaceStore}, {@link dev.berth.control.account.AccountStore} and
 * {@link dev.berth.control.account.SshKeyStore}.
 */
@NullMarked
package dev.berth.control.store;

import org.jspecify.annotations.NullMarked;
