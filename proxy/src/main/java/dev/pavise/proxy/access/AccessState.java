package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.identity.ApiKeys;
import dev.pavise.policy.limit.Rate;
import java.util.List;
import java.util.Map;

/**
 * What was given by API and command line, as of one moment: it comes on top of the configuration.
 *
 * @param bindings each to one principal, under its prefixed id
 * @param limits the rates of single keys, by the id of the key's principal
 */
public record AccessState(List<Binding> bindings, ApiKeys keys, Map<String, Rate> limits) {
    /** Nothing was given. */
    public static final AccessState NOTHING = new AccessState(List.of(), ApiKeys.NONE, Map.of());

    public AccessState {
        bindings = List.copyOf(bindings);
        limits = Map.copyOf(limits);
    }
}
