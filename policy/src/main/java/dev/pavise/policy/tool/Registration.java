package dev.pavise.policy.tool;

/** What became of the wish to register a manifest. */
public sealed interface Registration permits Registration.Registered, Refused {
    /**
     * It is registered.
     *
     * @param registry the registry as it is now
     * @param changed whether it is another than before
     */
    record Registered(ToolRegistry registry, boolean changed) implements Registration {}
}
