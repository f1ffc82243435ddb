package dev.pavise.policy.identity;

import dev.pavise.policy.ActorChain;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the claims of a token whose signature was found good (RFC 7519, section 4.1), and reads who it is about. */
final class TokenClaims {
    private static final int MAX_SUBJECT = 255;
    private static final long MAX_SECONDS = 253_402_300_799L; // the end of the year 9999

    private static final List<String> STARTS = List.of("nbf", "iat");

    private final Issuer issuer;
    private final Map<String, Object> claims;

    TokenClaims(Issuer issuer, Map<String, Object> claims) {
        this.issuer = issuer;
        this.claims = claims;
    }

    /** What the claims came to. */
    sealed interface Reading {
        record Good(Subject.Token subject) implements Reading {}

        /**
         * It is not taken.
         *
         * @param claim which of them, by its name
         */
        record Bad(UnprovenReason reason, String claim) implements Reading {}
    }

    /** A claim that is not of its type, or missing. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        private final String claim;

        Unfit(String claim) {
            super("unfit claim", null, false, false);
            this.claim = claim;
        }
    }

    Reading check(Instant now) {
        try {
            Optional<Instant> expires = time("exp", false);
            if (expires.isEmpty()) {
                return new Reading.Bad(UnprovenReason.BAD_CLAIM, "exp");
            }
            Instant until = expires.get().plus(issuer.clockSkew());
            if (!now.isBefore(until)) {
                return new Reading.Bad(UnprovenReason.EXPIRED, "exp");
            }
            Instant latest = now.plus(issuer.clockSkew());
            for (String start : STARTS) {
                if (time(start, true).filter(latest::isBefore).isPresent()) {
                    return new Reading.Bad(UnprovenReason.NOT_YET_VALID, start);
                }
            }
            if (!isForUs()) {
                return new Reading.Bad(UnprovenReason.WRONG_AUDIENCE, "aud");
            }
            return new Reading.Good(subject(until));
        } catch (Unfit unfit) {
            return new Reading.Bad(UnprovenReason.BAD_CLAIM, unfit.claim);
        }
    }

    private boolean isForUs() throws Unfit {
        List<String> audiences = strings("aud", true);
        return switch (issuer.audience()) {
            case Expected.Exactly(String audience) -> audiences.contains(audience);
            case Expected.OneOf(Set<String> any) -> audiences.stream().anyMatch(any::contains);
            case Expected.Anything ignored -> true;
        };
    }

    /** Under a mapped name roles may stand as one text, as some issuers write them; under {@code roles} they are a list. */
    private Subject.Token subject(Instant until) throws Unfit {
        ClaimNames names = issuer.claims();
        if (!(find(names.subject()) instanceof String subject)
                || subject.isBlank()
                || subject.length() > MAX_SUBJECT
                || !Quoted.isPlain(subject)) {
            throw new Unfit(names.subject());
        }
        if (claims.containsKey(Subject.ACTOR)
                && ActorChain.read(claims.get(Subject.ACTOR)).isEmpty()) {
            throw new Unfit(Subject.ACTOR);
        }
        List<String> permissions = new ArrayList<>(strings(names.permissions(), false));
        permissions.addAll(scope(names.scope()));
        return new Subject.Token(
                issuer.name(),
                subject,
                strings(names.roles(), !names.roles().equals(ClaimNames.STANDARD.roles())),
                permissions,
                strings(names.groups(), false),
                present(),
                until);
    }

    /** Words with spaces between (RFC 8693, section 4.2); some issuers write a list. */
    private List<String> scope(String name) throws Unfit {
        List<String> words = new ArrayList<>();
        for (String part : strings(name, true)) {
            for (String word : part.split(" ", -1)) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        }
        return words;
    }

    /** A list of strings; absent it is empty. */
    private List<String> strings(String name, boolean oneMayStandAlone) throws Unfit {
        if (!has(name)) {
            return List.of();
        }
        Object value = find(name);
        if (oneMayStandAlone && value instanceof String one) {
            return List.of(one);
        }
        if (!(value instanceof List<?> items)) {
            throw new Unfit(name);
        }
        List<String> strings = new ArrayList<>(items.size());
        for (Object item : items) {
            if (!(item instanceof String string)) {
                throw new Unfit(name);
            }
            strings.add(string);
        }
        return strings;
    }

    /** A NumericDate: seconds, perhaps with a fraction, which is rounded against the token. */
    private Optional<Instant> time(String name, boolean roundUp) throws Unfit {
        if (!claims.containsKey(name)) {
            return Optional.empty();
        }
        long seconds = switch (claims.get(name)) {
            case Long whole -> whole;
            case Double fraction
            when fraction >= 0 && fraction <= MAX_SECONDS ->
                (long) (roundUp ? Math.ceil(fraction) : Math.floor(fraction));
            case null, default -> throw new Unfit(name);
        };
        if (seconds < 0 || seconds > MAX_SECONDS) {
            throw new Unfit(name);
        }
        return Optional.of(Instant.ofEpochSecond(seconds));
    }

    private boolean has(String name) {
        return claims.containsKey(name) || find(name) != null;
    }

    /** The claim of that name, or what the name leads to as a way into objects. */
    private @Nullable Object find(String name) {
        if (claims.containsKey(name) || name.indexOf('.') < 0) {
            return claims.get(name);
        }
        Object found = claims;
        for (String step : name.split("\\.", -1)) {
            found = found instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return found;
    }

    private Map<String, Object> present() {
        Map<String, Object> present = new LinkedHashMap<>(claims);
        present.values().removeIf(value -> value == null);
        return present;
    }
}
