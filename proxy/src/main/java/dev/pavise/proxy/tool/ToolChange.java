package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.Refused;

/** What became of a change of the registry. */
public sealed interface ToolChange {
    /**
     * It is safe on disk, and in force for the next request.
     *
     * @param changed whether anything is other than before
     */
    record Done(ToolBook book, boolean changed) implements ToolChange {}

    /** By the rules of versions. */
    record Against(Refused refused) implements ToolChange {}

    /** The configuration gives this tool: it is changed there. */
    record Configured(String why) implements ToolChange {}

    /** It could not be written; nothing was changed. */
    record Unavailable(String why) implements ToolChange {}
}
