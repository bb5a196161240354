/**
 * JSON of records and sealed interfaces, as all of Berth writes and reads it.
 *
 * <p>Start at {@link dev.berth.base.json.Json}.
 */
@NullMarked
package dev.berth.base.json;

import org.jspecify.annotations.NullMarked;
