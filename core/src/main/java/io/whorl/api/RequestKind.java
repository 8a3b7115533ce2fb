package io.whorl.api;

import java.util.Locale;

/** What an application can ask of a bucket, as {@link Metrics} count it. */
public enum RequestKind {
    /** {@code get} and {@code fetch}. */
    GET,
    /** {@code put}, with and without a context. */
    PUT,
    /** {@code delete}, with and without a context. */
    DELETE,
    /** {@code update}: one request, however often it fetches and puts. */
    UPDATE;

    /** The name among metrics: in small letters. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
