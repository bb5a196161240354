/**
 * A store in a bucket of S3, or of a service that speaks as S3 does.
 *
 * <p>Start at {@link S3Store}. It decides which of a service's answers is worth another try.
 */
@NullMarked
package dev.berth.objects.s3;

import org.jspecify.annotations.NullMarked;
