package dev.pavise.policy.limit;

import java.net.InetAddress;
import java.util.OptionalLong;

/**
 * How many refused credentials one address may present. Asked before a signature is checked, so that a flood of wrong
 * ones costs no signature checks, and charged only when a credential was refused, so that right ones are never counted.
 *
 * <p>A limit of zero lets nobody try: none at all is what zero means everywhere.
 *
 * <p>Threads that ask at the same moment may all be let through before the first is charged: the excess is at most the
 * number of threads.
 */
public final class RefusedCredentials {
    private final Limiter limiter;

    public RefusedCredentials(Limiter limiter) {
        this.limiter = limiter;
    }

    /** Seconds to wait where the address has had its share, or nothing where it may try. */
    public OptionalLong retryAfter(InetAddress address) {
        return switch (limiter.peek(AddressPrefix.of(address))) {
            case Admission.Admitted ignored -> OptionalLong.empty();
            case Admission.Throttled throttled -> OptionalLong.of(throttled.retryAfterSeconds());
        };
    }

    /** Counts a credential that was refused. */
    public void charge(InetAddress address) {
        limiter.admit(AddressPrefix.of(address));
    }
}
