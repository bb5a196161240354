/**
 * JSON without reflection: what Jackson's data binding loads to read one record took more than half
 * of the time to the first answer, and 6 MiB. {@code dev.berth.base.json} says how our JSON looks;
 * a test holds that both say the same.
 *
 * <p>Start at {@link dev.berth.supervisor.json.JsonText} and {@link
 * dev.berth.supervisor.json.Fields}.
 */
@NullMarked
package dev.berth.supervisor.json;

import org.jspecify.annotations.NullMarked;
