package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.identity.ApiKeys;
import java.util.List;

/**
 * What was given by API and command line, as of one moment: it comes on top of the configuration.
 *
 * @param bindings each to one principal, under its prefixed id
 */
public record AccessState(List<Binding> bindings, ApiKeys keys) {
    /** Nothing was given. */
    public static final AccessState NOTHING = new AccessState(List.of(), ApiKeys.NONE);

    public AccessState {
        bindings = List.copyOf(bindings);
    }
}
