package dev.pavise.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who acts for whom: the {@code act} claim of a token (RFC 8693, section 4.1). It is for records alone: no right comes from it.
 */
public final class ActorChain {
    private static final int DEEPEST = 8;
    private static final int LONGEST = 255;

    private ActorChain() {}

    /**
     * Reads the claim: an object with a {@code sub}, perhaps an {@code iss}, and perhaps another actor inside, at most eight in all.
     *
     * @return the names, the one that acts now first, each with {@code @iss} behind it where there is one; empty where the claim is malformed
     */
    public static Optional<List<String>> read(@Nullable Object claim) {
        List<String> names = new ArrayList<>(2);
        for (Object at = claim; ; ) {
            if (!(at instanceof Map<?, ?> actor)
                    || names.size() == DEEPEST
                    || !(actor.get("sub") instanceof String name)
                    || !isName(name)) {
                return Optional.empty();
            }
            if (actor.containsKey("iss")) {
                if (!(actor.get("iss") instanceof String issuer) || !isName(issuer)) {
                    return Optional.empty();
                }
                names.add(name + "@" + issuer);
            } else {
                names.add(name);
            }
            if (!actor.containsKey("act")) {
                return Optional.of(List.copyOf(names));
            }
            at = actor.get("act");
        }
    }

    private static boolean isName(String text) {
        return !text.isBlank() && text.length() <= LONGEST && Quoted.isPlain(text);
    }
}
