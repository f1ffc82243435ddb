package dev.pavise.runner.sandbox;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * The users that sandboxes are built as. A runner that is root gives each run under way a user of its own, that owns nothing on the host,
 * and one group for all, by which an operator can open a folder to tools. Another runner builds them as itself. Never root: a sandbox
 * that root builds maps root into it.
 */
final class RunUsers {
    private final OptionalInt first;
    private final int group;
    private final BitSet taken = new BitSet();

    private RunUsers(OptionalInt first, int group) {
        this.first = first;
        this.group = group;
    }

    static RunUsers asRoot(int first, int group) {
        return new RunUsers(OptionalInt.of(first), group);
    }

    static RunUsers asOneself() {
        return new RunUsers(OptionalInt.empty(), 0);
    }

    synchronized int take() {
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        return slot;
    }

    synchronized void giveBack(int slot) {
        taken.clear(slot);
    }

    /** The user number of slot 0, where runs have users of their own. */
    OptionalInt first() {
        return first;
    }

    /** To be put before a command: setpriv(1) with the user of this slot, and no new privileges from here on, not even by setuid files. */
    List<String> command(String setpriv, int slot) {
        if (first.isEmpty()) {
            return List.of(setpriv, "--no-new-privs", "--");
        }
        return List.of(
                setpriv,
                "--reuid=" + (first.getAsInt() + slot),
                "--regid=" + group,
                "--clear-groups",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "--no-new-privs",
                "--");
    }

    String describe() {
        return first.isEmpty() ? "the runner's own user" : "users from " + first.getAsInt() + ", group " + group;
    }
}
