package dev.berth.protocol;

import java.time.Instant;
import java.util.Optional;

/**
 * One step of a start, for the start page: {@code image}, {@code container}, {@code content}, ...
 *
 * @param name what is done, one lower-case word
 * @param began when it began
 * @param ended when it was done; empty while it goes on
 * @param detail how far it is, in words: "pulled 34 of 120 MB"; may be empty
 */
public record StartStep(String name, Instant began, Optional<Instant> ended, String detail) {}
