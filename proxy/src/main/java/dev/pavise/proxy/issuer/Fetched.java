package dev.pavise.proxy.issuer;

import dev.pavise.policy.identity.PublishedKeys;
import java.util.Locale;

/** What came of asking an issuer for its keys. */
sealed interface Fetched {
    /** How it went, for metrics. */
    Result result();

    /** The results that are told apart. */
    enum Result {
        OK,
        /** No connection, or it broke. */
        UNREACHABLE,
        /** The issuer's certificate is not trusted, or not for its name. */
        TLS,
        TIMEOUT,
        /** Another status than 200, or a redirect. */
        STATUS,
        TOO_LARGE,
        /** The metadata is not what it must be. */
        METADATA,
        /** The key set is not what it must be. */
        KEYS,
        /** A bug of ours. */
        FAILED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * They came.
     *
     * @param text the set as it came, to be kept
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Keys(PublishedKeys keys, byte[] text) implements Fetched {
        @Override
        public Result result() {
            return Result.OK;
        }
    }

    /**
     * They did not come.
     *
     * @param detail for the log: bounded, without control characters
     */
    record Failed(Result result, String detail) implements Fetched {}
}
