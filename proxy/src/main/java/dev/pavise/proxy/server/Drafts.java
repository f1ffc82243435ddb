package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Gate;
import java.util.ArrayDeque;

/** Drafts of one event loop that wait to be used again; bounded, so that a flood leaves nothing behind. */
final class Drafts {
    private static final int KEPT = 256;

    private final Gate gate;
    private final ArrayDeque<Draft> free = new ArrayDeque<>(KEPT);

    Drafts(Gate gate) {
        this.gate = gate;
    }

    Draft take(String requestId) {
        Draft kept = free.poll();
        Draft draft = kept == null ? new Draft(gate) : kept;
        draft.begin(requestId);
        return draft;
    }

    /** Takes a draft back; nobody may hold it, its head or its headers any more. */
    void give(Draft draft) {
        draft.clear();
        if (free.size() < KEPT && draft.isSmall()) {
            free.push(draft);
        }
    }
}
