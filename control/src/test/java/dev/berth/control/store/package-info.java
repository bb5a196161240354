/** What the stores promise, kept by SQLite and by a real MariaDB server. */
@NullMarked
package dev.berth.control.store;

import org.jspecify.annotations.NullMarked;
