package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.identity.ApiKeys;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.key.KeyRing;
import dev.pavise.policy.limit.Rate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys and bindings that are made at run time, and every change that can be made to them. Changes write to disk: not for an
 * event loop. Reading does no input or output.
 *
 * <p>Guarantees: nobody gives what he does not hold himself, by a key, by a role, or by a key whose name has roles. A change
 * that was answered with {@link AccessResult.Done} survives the death of the process at any moment, and is in force for the
 * next request. Whoever calls has checked that the principal may manage access at all ({@code auth:manage}).
 */
public final class Access implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Access.class);

    /** How long the former key stays good where a rotation names no time. */
    public static final Duration USUAL_OVERLAP = Duration.ofHours(24);

    private final AccessStore store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Terms terms;
    private volatile Given given;
    private volatile Runnable renewal = () -> {};
    private Map<String, Long> writtenUses;
    private boolean closed;

    /** What was acknowledged, and the same as requests ask for it: one write swaps both. */
    private record Given(StoredAccess stored, KeyRing ring) {}

    private Access(AccessStore store, Terms terms, InstantSource clock) {
        this.store = store;
        this.terms = terms;
        this.clock = clock;
        this.writtenUses = store.uses();
        StoredAccess stored = store.state();
        this.given = new Given(
                stored, KeyRing.of(terms.settings().format(), stored.keys().values(), writtenUses));
    }

    /**
     * Opens the store in {@code <dataDir>/access}, and makes it where there is none.
     *
     * @throws AccessOpenException where another process has it, or it is damaged or older than it should be
     */
    public static Access open(Path dataDir, AccessSettings settings, Rulebook rulebook, InstantSource clock)
            throws AccessOpenException {
        return new Access(AccessStore.open(dataDir), new Terms(settings, rulebook), clock);
    }

    /**
     * What to run when a change is safe on disk, and before whoever made it gets his answer: it puts {@link #state} in force. What it throws turns
     * the answer into {@code not_in_force}.
     */
    public void onChange(Runnable putInForce) {
        renewal = putInForce;
    }

    /** Takes what a new configuration says. */
    public void configure(AccessSettings settings, Rulebook rulebook) {
        changing.lock();
        try {
            terms = new Terms(settings, rulebook);
            StoredAccess stored = given.stored();
            given = new Given(
                    stored, given.ring().next(settings.format(), stored.keys().values()));
        } finally {
            changing.unlock();
        }
    }

    /** The roles, issuers and bindings of the configuration that changes are judged by. */
    public Rulebook rulebook() {
        return terms.rulebook();
    }

    /** What is given now, for the policy. Its keys are always the newest, whenever it was asked for. */
    public AccessState state() {
        StoredAccess stored = given.stored();
        Map<String, Set<String>> roles = new TreeMap<>();
        stored.bindings()
                .keySet()
                .forEach(bound -> roles.computeIfAbsent(bound.principal(), name -> new LinkedHashSet<>())
                        .add(bound.role()));
        List<Binding> bindings = new ArrayList<>();
        roles.forEach((principal, given) -> bindings.add(Binding.ofPrincipal(principal, given)));
        ApiKeys keys = (presented, now) -> given.ring().find(presented, now);
        return new AccessState(bindings, keys, limits(stored));
    }

    private Map<String, Rate> limits(StoredAccess stored) {
        Map<String, Rate> limits = new HashMap<>();
        Instant now = clock.instant();
        for (KeyRecord key : stored.keys().values()) {
            if (key.limit() != null && key.isLive(now)) {
                limits.put(key.principal(), key.limit());
            }
        }
        return limits;
    }

    // ---- keys

    /** Makes a key that holds no more than its maker does. */
    public AccessResult<NewKey> createKey(Principal maker, KeyRequest request) {
        return change(state -> keyChanges(state).create(maker, request));
    }

    /**
     * Makes a new key of the same name, with what the former one may do, for as long as that one was made for. The former ones
     * stay good for the overlap, and no longer than they would have; zero ends them at once. Whoever rotates gets a secret, so he
     * has to hold what the key does.
     */
    public AccessResult<NewKey> rotateKey(Principal maker, String name, Duration overlap) {
        return change(state -> keyChanges(state).rotate(maker, name, overlap, null));
    }

    /** The same, for a new key that lives this long. */
    public AccessResult<NewKey> rotateKey(Principal maker, String name, Duration overlap, Duration expiresIn) {
        return change(state -> keyChanges(state).rotate(maker, name, overlap, expiresIn));
    }

    /** Ends the key of that id, for good. One that is revoked already stays as it was. */
    public AccessResult<KeyRecord> revokeKey(Principal by, String id) {
        return change(state -> keyChanges(state).revoke(by, id));
    }

    /** Ends every live key of that name. */
    public AccessResult<List<KeyRecord>> revokeKeysNamed(Principal by, String name) {
        return change(state -> keyChanges(state).revokeNamed(by, name));
    }

    private KeyChanges keyChanges(StoredAccess state) {
        return new KeyChanges(terms, state, clock.instant(), random);
    }

    /** All keys, dead ones too as long as they are remembered, newest first. */
    public List<KeyView> keys() {
        Given now = given;
        Instant time = clock.instant();
        Map<String, Long> uses = now.ring().uses();
        return now.stored().keys().values().stream()
                .sorted(Comparator.comparing(KeyRecord::createdAt).reversed().thenComparing(KeyRecord::id))
                .map(key -> new KeyView(
                        key,
                        key.state(time),
                        Optional.ofNullable(uses.get(key.id())).map(Instant::ofEpochMilli)))
                .toList();
    }

    /** Whom a live key of that name proves, to answer what it may do. */
    public Optional<Subject.ApiKey> subject(String name) {
        return given.stored().live(name, clock.instant()).stream()
                .findFirst()
                .map(key -> new Subject.ApiKey(key.id(), key.name(), key.permissions(), key.expiresAt()));
    }

    // ---- bindings

    /** Gives a role. A bare name means a token's subject where exactly one issuer is configured. Repeating it is harmless. */
    public AccessResult<BindingView> assignRole(Principal maker, String principal, String role) {
        return change(state -> bindingChanges(state).assign(maker, principal, role));
    }

    /** Takes away a role that was given at run time. Where the configuration gives it too, the answer shows that binding, which stays. */
    public AccessResult<BindingView> unassignRole(Principal by, String principal, String role) {
        return change(state -> bindingChanges(state).unassign(principal, role));
    }

    /** Several changes of one principal's roles: all of them, or none. */
    public AccessResult<RoleRequest.Outcome> changeRoles(Principal by, String principal, RoleRequest request) {
        return change(state -> new RoleChanges(terms.rulebook(), clock.instant()).plan(state, by, principal, request));
    }

    /** All bindings, configured ones first. */
    public List<BindingView> bindings() {
        return bindingChanges(given.stored()).all();
    }

    private BindingChanges bindingChanges(StoredAccess state) {
        return new BindingChanges(terms.rulebook(), state, clock.instant());
    }

    // ---- changing

    private <T> AccessResult<T> change(Function<StoredAccess, Plan<T>> planning) {
        Plan<T> plan;
        changing.lock();
        try {
            if (closed) {
                return unavailable("it is closed");
            }
            plan = planning.apply(given.stored());
            if (plan instanceof Plan.Change<T>(StoredAccess next, T ignored)) {
                store.write(next);
                given = new Given(
                        next,
                        given.ring().next(terms.settings().format(), next.keys().values()));
            }
        } catch (IOException failure) {
            log.error("the access store cannot be written: {}", failure.getMessage());
            return unavailable(String.valueOf(failure.getMessage()));
        } finally {
            changing.unlock();
        }
        return switch (plan) {
            case Plan.Refused<T>(GrantRefusal code, String message) -> new AccessResult.Refused<>(code, message);
            case Plan.Nothing<T>(T answer) -> new AccessResult.Done<>(answer);
            case Plan.Change<T>(StoredAccess ignored, T answer) -> putInForce(answer);
        };
    }

    /** Outside the lock, as it waits for a configuration that is just being taken; it takes the newest state, so order does not matter. */
    private <T> AccessResult<T> putInForce(T answer) {
        try {
            renewal.run();
            return new AccessResult.Done<>(answer);
        } catch (RuntimeException failure) {
            log.error("a change of keys or bindings is written down, and not in force", failure);
            return new AccessResult.Refused<>(
                    GrantRefusal.NOT_IN_FORCE,
                    "the change is written down and could not be put in force, it will be at the next reload or start");
        }
    }

    private static <T> AccessResult<T> unavailable(String why) {
        return new AccessResult.Refused<>(
                GrantRefusal.STORE_UNAVAILABLE, "the access store cannot be written, nothing was changed: " + why);
    }

    /** Writes down when keys were used last, if that has changed; to be called now and then. */
    public void writeUses() {
        changing.lock();
        try {
            Map<String, Long> uses = given.ring().uses();
            if (!closed && !uses.equals(writtenUses)) {
                store.writeUses(uses);
                writtenUses = uses;
            }
        } catch (IOException failure) {
            log.warn("the last use of API keys cannot be written down: {}", failure.getMessage());
        } finally {
            changing.unlock();
        }
    }

    /** Writes down what is still only in memory, which is the last use of keys, and lets go of the store. */
    @Override
    public void close() {
        changing.lock();
        try {
            if (!closed) {
                writeUses();
                closed = true;
                store.close();
            }
        } finally {
            changing.unlock();
        }
    }
}
