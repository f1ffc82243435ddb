package dev.pavise.policy.tool;

import java.util.List;

/** How much of what a manifest asks for outside the sandbox its policy allows. */
public sealed interface Reach {
    /** None of it. */
    record Nothing() implements Reach {}

    /**
     * What the manifest names, as whoever signed it is trusted to name it; but never what belongs to the machine rather than
     * to its users ({@link Withheld}).
     */
    record AsNamed() implements Reach {}

    /** What is listed here, or lies within it: the operator said so, so that it may belong to the machine. */
    record Only(List<ResourceGrant> grants) implements Reach {
        public Only {
            grants = List.copyOf(grants);
        }
    }

    /** Whether a manifest may ask for these files. */
    default boolean allows(ResourceGrant.Files files) {
        return switch (this) {
            case Nothing() -> false;
            case AsNamed() -> !Withheld.holds(files);
            case Only(List<ResourceGrant> grants) ->
                grants.stream().anyMatch(given -> given instanceof ResourceGrant.Files wider && wider.covers(files));
        };
    }

    /** Whether a manifest may ask for this place in the network. */
    default boolean allows(ResourceGrant.Endpoint endpoint) {
        return switch (this) {
            case Nothing() -> false;
            case AsNamed() -> !Withheld.holds(endpoint);
            case Only(List<ResourceGrant> grants) -> grants.contains(endpoint);
        };
    }
}
