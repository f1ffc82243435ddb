package dev.pavise.proxy.access;

import dev.pavise.policy.Principal;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.key.KeyRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The keys and bindings that are made at run time, and every change that can be made to them. Changes write to disk: not for an
 * event loop. Reading does no input or output.
 *
 * <p>Guarantees: nobody gives what he does not hold himself, by a key, by a role, or by a key whose name has roles. A change
 * that was answered with {@link AccessResult.Done} survives the death of the process at any moment, and is in force for the
 * next request. Whoever calls has checked that the principal may manage access at all ({@code auth:manage}).
 */
public final class Access implements AutoCloseable {
    /** How long the former key stays good where a rotation names no time. */
    public static final Duration USUAL_OVERLAP = Duration.ofHours(24);

    /**
     * Opens the store in {@code <dataDir>/access}, and makes it where there is none.
     *
     * @throws AccessOpenException where another process has it, or it is damaged or older than it should be
     */
    public static Access open(Path dataDir, AccessSettings settings, Rulebook rulebook, InstantSource clock)
            throws AccessOpenException {
        throw new UnsupportedOperationException();
    }

    /**
     * What to run when a change is safe on disk, and before whoever made it gets his answer: it puts {@link #state} in force. What it throws turns
     * the answer into {@code not_in_force}.
     */
    public void onChange(Runnable renewal) {
        throw new UnsupportedOperationException();
    }

    /** What is given now, for the policy. */
    public AccessState state() {
        throw new UnsupportedOperationException();
    }

    /** Takes what a new configuration says. */
    public void configure(AccessSettings settings, Rulebook rulebook) {
        throw new UnsupportedOperationException();
    }

    /** Makes a key that holds no more than its maker does. */
    public AccessResult<NewKey> createKey(Principal maker, KeyRequest request) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a new key of the same name, with what the former one may do, for as long as that one was made for. The former ones
     * stay good for the overlap, and no longer than they would have; zero ends them at once.
     */
    public AccessResult<NewKey> rotateKey(Principal maker, String name, Duration overlap) {
        throw new UnsupportedOperationException();
    }

    /** Ends the key of that id, for good. One that is revoked already stays as it was. */
    public AccessResult<KeyRecord> revokeKey(Principal by, String id) {
        throw new UnsupportedOperationException();
    }

    /** Ends every live key of that name. */
    public AccessResult<List<KeyRecord>> revokeKeysNamed(Principal by, String name) {
        throw new UnsupportedOperationException();
    }

    /** All keys, dead ones too as long as they are remembered, newest first. */
    public List<KeyView> keys() {
        throw new UnsupportedOperationException();
    }

    /** Gives a role. A bare name means a token's subject where exactly one issuer is configured. Repeating it is harmless. */
    public AccessResult<BindingView> assignRole(Principal maker, String principal, String role) {
        throw new UnsupportedOperationException();
    }

    /** Takes away a role that was given at run time. */
    public AccessResult<BindingView> unassignRole(Principal by, String principal, String role) {
        throw new UnsupportedOperationException();
    }

    /** All bindings, configured ones first. */
    public List<BindingView> bindings() {
        throw new UnsupportedOperationException();
    }

    /** Writes down what is still only in memory, which is the last use of keys, and lets go of the store. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
