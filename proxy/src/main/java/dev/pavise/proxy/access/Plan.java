package dev.pavise.proxy.access;

import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Ruling;
import java.util.function.Supplier;

/** What a change comes to, before anything is written. */
sealed interface Plan<T> {
    /** It makes this of the state, and is then answered so. */
    record Change<T>(StoredAccess next, T answer) implements Plan<T> {}

    /** It is so already. */
    record Nothing<T>(T answer) implements Plan<T> {}

    record Refused<T>(GrantRefusal code, String message) implements Plan<T> {}

    static <T> Plan<T> refused(GrantRefusal code, String message) {
        return new Refused<>(code, message);
    }

    /** Goes on where the rules allow it. */
    static <T> Plan<T> where(Ruling ruling, Supplier<Plan<T>> allowed) {
        return switch (ruling) {
            case Ruling.Allowed ignored -> allowed.get();
            case Ruling.Refused(GrantRefusal code, String message) -> new Refused<>(code, message);
        };
    }
}
