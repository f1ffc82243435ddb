package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import java.util.List;

/** Which paths can be granted at all, and how two of them lie to each other. */
final class GrantPath {
    private static final int MAX_LENGTH = 1024;

    // Views of the kernel: what lies beneath is other processes and the machine itself, never a tool's data.
    private static final List<String> NEVER = List.of("/proc", "/sys", "/dev");

    private GrantPath() {}

    /** Throws {@link IllegalArgumentException} where a path cannot be granted to any tool. */
    static void check(String path) {
        if (path.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the path has more than " + MAX_LENGTH + " characters");
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("the path is not absolute, begin it with `/`");
        }
        if (path.equals("/")) {
            throw new IllegalArgumentException("it is the whole file system, name the folder that is needed");
        }
        if (!Quoted.isPlain(path)) {
            throw new IllegalArgumentException("the path has control characters");
        }
        if (path.indexOf('*') >= 0 || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("there are no wildcards, name the folder, which stands for all in it");
        }
        for (String name : path.substring(1).split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException(
                        "the path is not normalised, leave out `//`, `.`, `..` and a `/` at its end");
            }
        }
        for (String kernel : NEVER) {
            if (isWithin(path, kernel)) {
                throw new IllegalArgumentException("`" + kernel + "` belongs to the kernel, a tool has its own");
            }
        }
    }

    /** Whether the path is that folder or lies in it. */
    static boolean isWithin(String path, String folder) {
        return path.equals(folder) || (path.startsWith(folder) && path.charAt(folder.length()) == '/');
    }

    /** Whether one of the two lies in the other, so that granting the one gives some of the other. */
    static boolean overlap(String one, String other) {
        return isWithin(one, other) || isWithin(other, one);
    }
}
