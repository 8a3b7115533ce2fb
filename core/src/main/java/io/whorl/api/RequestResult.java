package io.whorl.api;

import java.util.Locale;

/** How a request ended; every request that an application makes is counted under exactly one of these. */
public enum RequestResult {
    /** It succeeded. */
    OK,
    /** {@link QuorumUnavailableException}. */
    QUORUM_UNAVAILABLE,
    /** {@link ReplicasFailedException}. */
    REPLICAS_FAILED,
    /** {@link RequestTimedOutException}. */
    TIMED_OUT,
    /** {@link RequestInterruptedException}. */
    INTERRUPTED,
    /** {@link OverloadedException}. */
    OVERLOADED,
    /** {@link StorageFullException}. */
    STORAGE_FULL,
    /** {@link ValueTooLargeException} or {@link KeyTooLargeException}. */
    TOO_LARGE,
    /** {@link CodecException}. */
    CODEC_FAILED,
    /** {@link UnresolvedSiblingsException}. */
    UNRESOLVED_SIBLINGS,
    /** {@link BucketMismatchException}. */
    BUCKET_MISMATCH,
    /** {@link NodeClosedException}. */
    NODE_CLOSED,
    /** {@link StorageFailureException}. */
    STORAGE_FAILED,
    /** What the caller brought was refused or threw: an argument, a resolver, the function of an update. */
    CALLER_FAILED;

    /** The name among metrics: in small letters. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How a request ended that threw this. */
    public static RequestResult of(Throwable thrown) {
        if (thrown instanceof QuorumUnavailableException) {
            return QUORUM_UNAVAILABLE;
        } else if (thrown instanceof ReplicasFailedException) {
            return REPLICAS_FAILED;
        } else if (thrown instanceof RequestTimedOutException) {
            return TIMED_OUT;
        } else if (thrown instanceof RequestInterruptedException) {
            return INTERRUPTED;
        } else if (thrown instanceof OverloadedException) {
            return OVERLOADED;
        } else if (thrown instanceof StorageFullException) {
            return STORAGE_FULL;
        } else if (thrown instanceof ValueTooLargeException || thrown instanceof KeyTooLargeException) {
            return TOO_LARGE;
        } else if (thrown instanceof CodecException) {
            return CODEC_FAILED;
        } else if (thrown instanceof UnresolvedSiblingsException) {
            return UNRESOLVED_SIBLINGS;
        } else if (thrown instanceof BucketMismatchException) {
            return BUCKET_MISMATCH;
        } else if (thrown instanceof NodeClosedException) {
            return NODE_CLOSED;
        } else if (thrown instanceof StorageFailureException) {
            return STORAGE_FAILED;
        }
        return CALLER_FAILED;
    }
}
