package dev.pavise.policy.tool;

import java.util.Optional;

/** Where the bytes of tools are. */
public interface Contents {
    /**
     * Measures the bytes that are kept under this digest, all of them and now; empty where there are none. Asked only once a
     * trusted key has signed for the digest.
     */
    Optional<MeasuredContent> measure(String sha256);
}
