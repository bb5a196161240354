/**
 * Gets images from registries that speak the OCI distribution API or Docker's version 2.
 *
 * <p>Start at {@link dev.berth.registry.pull.RegistryClient}. Decides whom a login is sent to
 * ({@link dev.berth.registry.pull.RegistryAccess}) and verifies what comes; knows nothing of where
 * it is put.
 */
@NullMarked
package dev.berth.registry.pull;

import org.jspecify.annotations.NullMarked;
