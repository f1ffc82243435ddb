package dev.pavise.policy.identity;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.Subject;
import dev.pavise.policy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Claims that nobody signed, read as those of a good token of an issuer would be: for an operator who asks what such a token could do. It proves
 * nothing, so whatever serves requests has to keep away from it.
 */
public final class UnsignedClaims {
    private static final Duration LIFE = Duration.ofHours(1);

    private UnsignedClaims() {}

    /** Reads a JSON object as strictly as that of a token, or throws {@link IllegalArgumentException}. */
    public static Map<String, Object> parse(String json) {
        try {
            return StrictJson.object(json.getBytes(StandardCharsets.UTF_8));
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException(
                    "the claims `" + Quoted.of(json) + "` are no JSON object, write `{\"sub\": \"...\"}`", malformed);
        }
    }

    /**
     * Who a token with these claims would be about; the expiry and the audience are made up where they are missing.
     *
     * @throws IllegalArgumentException where a token with these claims would be refused
     */
    public static Subject.Token subject(Issuer issuer, Map<String, Object> claims, Instant now) {
        Map<String, Object> whole = new LinkedHashMap<>(claims);
        whole.putIfAbsent("exp", now.plus(LIFE).getEpochSecond());
        switch (issuer.audience()) {
            case Expected.Exactly(String value) -> whole.putIfAbsent("aud", value);
            case Expected.OneOf(var values) ->
                whole.putIfAbsent("aud", List.copyOf(values).getFirst());
            case Expected.Anything ignored -> {}
        }
        return switch (new TokenClaims(issuer, whole).check(now)) {
            case TokenClaims.Reading.Good(Subject.Token subject) -> subject;
            case TokenClaims.Reading.Bad(UnprovenReason reason, String claim) ->
                throw new IllegalArgumentException("issuer `" + issuer.name()
                        + "`: a token with these claims would be refused: " + reason.code() + ", see `" + claim + "`");
        };
    }
}
