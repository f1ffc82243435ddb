package dev.pavise.proxy.access;

import dev.pavise.policy.Permission;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Granting;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.grant.Ruling;
import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.key.KeyText;
import dev.pavise.policy.limit.Rate;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Works out what a change of keys comes to. Pure but for the random bytes of new keys. */
final class KeyChanges {
    private static final int MAX_PERMISSIONS = 200;

    private final Terms terms;
    private final StoredAccess state;
    private final Instant now;
    private final SecureRandom random;

    KeyChanges(Terms terms, StoredAccess state, Instant now, SecureRandom random) {
        this.terms = terms;
        this.state = state;
        this.now = now;
        this.random = random;
    }

    Plan<NewKey> create(Principal maker, KeyRequest request) {
        KeyRecord draft;
        KeyText text = unusedText();
        try {
            draft = draft(maker, request, text);
        } catch (IllegalArgumentException unfit) {
            return Plan.refused(GrantRefusal.MALFORMED, String.valueOf(unfit.getMessage()));
        }
        if (!state.live(draft.name(), now).isEmpty()) {
            return Plan.refused(
                    GrantRefusal.NAME_TAKEN,
                    "a live key is called `" + draft.name() + "` already, rotate it, revoke it or take another name");
        }
        return Plan.where(mayHold(maker, draft), () -> made(List.of(draft), draft, text));
    }

    private KeyRecord draft(Principal maker, KeyRequest request, KeyText text) {
        KeyRecord.checkName(request.name());
        if (request.permissions().size() > MAX_PERMISSIONS) {
            throw new IllegalArgumentException("a key holds at most " + MAX_PERMISSIONS
                    + " permissions of its own, bind a role to `key:" + request.name() + "` instead");
        }
        Set<Permission> permissions = new LinkedHashSet<>();
        request.permissions().forEach(each -> permissions.add(Permission.parse(each)));
        return new KeyRecord(
                text.id(),
                request.name(),
                text.hash(),
                permissions,
                request.limit() == null ? null : Rate.parse(request.limit()),
                now,
                maker.id(),
                now.plus(age(request)),
                null,
                null);
    }

    private Duration age(KeyRequest request) {
        return checked(request.expiresIn() == null ? terms.settings().usualAge() : request.expiresIn());
    }

    private Duration checked(Duration age) {
        AccessSettings settings = terms.settings();
        if (age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException(
                    "a key that expires in " + age + " could never be used, name a later time");
        }
        if (age.compareTo(settings.maxAge()) > 0) {
            throw new IllegalArgumentException("a key lives at most " + days(settings.maxAge())
                    + " (`identity.api_keys.max_age`), ask for no more and rotate it in time");
        }
        return age;
    }

    private static String days(Duration age) {
        return age.toSeconds() % 86_400 == 0 ? age.toDays() + " days" : age.toString();
    }

    /** @param expiresIn how long the new key lives, or null for as long as the former one was made for */
    Plan<NewKey> rotate(Principal maker, String name, Duration overlap, @Nullable Duration expiresIn) {
        List<KeyRecord> former = state.live(name, now);
        if (former.isEmpty()) {
            return noneCalled(name);
        }
        if (overlap.isNegative()) {
            return Plan.refused(
                    GrantRefusal.MALFORMED, "an overlap of " + overlap + " lies in the past, use 0 or more");
        }
        KeyRecord newest = former.getFirst();
        Duration age;
        try {
            age = expiresIn == null ? formerAge(newest) : checked(expiresIn);
        } catch (IllegalArgumentException unfit) {
            return Plan.refused(GrantRefusal.MALFORMED, String.valueOf(unfit.getMessage()));
        }
        return Plan.where(mayHold(maker, newest), () -> {
            KeyText text = unusedText();
            KeyRecord next = successor(newest, text, maker, age);
            List<KeyRecord> changed = new ArrayList<>(List.of(next));
            former.forEach(key ->
                    changed.add(overlap.isZero() ? key.revoked(now, maker.id()) : key.endingBy(end(key, overlap))));
            return made(changed, next, text);
        });
    }

    // Compared as durations: an overlap of centuries must not run over the end of time.
    private Instant end(KeyRecord key, Duration overlap) {
        return overlap.compareTo(Duration.between(now, key.expiresAt())) < 0 ? now.plus(overlap) : key.expiresAt();
    }

    private Duration formerAge(KeyRecord former) {
        Duration age = Duration.between(former.createdAt(), former.expiresAt());
        Duration most = terms.settings().maxAge();
        return age.compareTo(most) < 0 ? age : most;
    }

    private KeyRecord successor(KeyRecord former, KeyText text, Principal maker, Duration age) {
        return new KeyRecord(
                text.id(),
                former.name(),
                text.hash(),
                former.permissions(),
                former.limit(),
                now,
                maker.id(),
                now.plus(age),
                former.id(),
                null);
    }

    Plan<KeyRecord> revoke(Principal by, String id) {
        KeyRecord key = state.key(id).orElse(null);
        if (key == null) {
            return Plan.refused(GrantRefusal.NOT_FOUND, "no key has the id `" + Quoted.of(id) + "`");
        }
        if (key.revocation() != null) {
            return new Plan.Nothing<>(key);
        }
        KeyRecord revoked = key.revoked(now, by.id());
        return new Plan.Change<>(state.with(List.of(revoked)), revoked);
    }

    Plan<List<KeyRecord>> revokeNamed(Principal by, String name) {
        List<KeyRecord> revoked = state.live(name, now).stream()
                .map(key -> key.revoked(now, by.id()))
                .toList();
        return revoked.isEmpty() ? noneCalled(name) : new Plan.Change<>(state.with(revoked), revoked);
    }

    private Plan<NewKey> made(List<KeyRecord> changed, KeyRecord key, KeyText text) {
        StoredAccess next = state.with(changed).forgettingDead(terms.settings().maxKeys(), now);
        int most = terms.settings().maxKeys();
        if (next.liveCount(now) > most) {
            return Plan.refused(
                    GrantRefusal.TOO_MANY,
                    "there are " + most
                            + " live keys already (`identity.api_keys.max`), revoke those that nobody uses");
        }
        return new Plan.Change<>(next, new NewKey(key, text));
    }

    /** By the key itself, and by the roles that its name has here or in the configuration. */
    private Ruling mayHold(Principal maker, KeyRecord key) {
        Set<String> bound = new LinkedHashSet<>(state.rolesOf(key.principal()));
        for (Rulebook.Configured binding : terms.rulebook().bindings()) {
            if (binding.holder().equals(key.principal())) {
                bound.add(binding.role());
            }
        }
        return new Granting(terms.rulebook())
                .mayHoldKey(maker.id(), maker.permissions(), key.name(), key.permissions(), bound);
    }

    private KeyText unusedText() {
        while (true) {
            KeyText text = terms.settings().format().generate(random);
            if (state.key(text.id()).isEmpty()) {
                return text;
            }
        }
    }

    private static <T> Plan<T> noneCalled(String name) {
        return Plan.refused(GrantRefusal.NOT_FOUND, "no live key is called `" + Quoted.of(name) + "`");
    }
}
