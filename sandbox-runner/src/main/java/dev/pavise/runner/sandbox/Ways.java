package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Who could turn the way to a granted path between the look and the mount. A runner that is not root builds sandboxes as its own user, who
 * may read the runner's keys: so nobody but root and the runner may be able to put something else in the place of a name on the way. A
 * runner that is root builds them as users that own nothing, for whom a turned way leads to what every user of the host can have.
 */
final class Ways {
    private static final int WRITABLE_BY_GROUP = 020;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;

    private final int runner;
    private final int group;

    private Ways(int runner, int group) {
        this.runner = runner;
        this.group = group;
    }

    /** Those of the runner whose folder this is. */
    static Ways of(Path folder) throws GrantCheck.Unsafe {
        try {
            return new Ways(number(folder, "uid"), number(folder, "gid"));
        } catch (IOException e) {
            throw new GrantCheck.Unsafe("the runner's own folder cannot be looked at");
        }
    }

    /** Throws if somebody else could put another thing in the place of {@code next}, which is in {@code folder}. */
    void requireSafe(Path folder, Path next) throws IOException, GrantCheck.Unsafe {
        if (runner == 0) {
            return;
        }
        int mode = number(folder, "mode");
        boolean sticky = (mode & STICKY) != 0;
        boolean ofGroup = (mode & WRITABLE_BY_GROUP) != 0 && number(folder, "gid") != group;
        if (isOfOthers(folder) || (ofGroup && !sticky)) {
            throw new GrantCheck.Unsafe("others than root and the runner can write `" + folder
                    + "`, and could turn the way to `" + next + "`; grant something in a folder of theirs");
        }
        if (sticky && (mode & WRITABLE_BY_OTHERS) != 0 && isOfOthers(next)) {
            throw new GrantCheck.Unsafe(
                    "`" + next + "` belongs to another user than root and the runner, and stands in `" + folder
                            + "`, which others can write; grant something in a folder of theirs");
        }
    }

    private boolean isOfOthers(Path path) throws IOException {
        int owner = number(path, "uid");
        return owner != 0 && owner != runner;
    }

    private static int number(Path path, String attribute) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
    }
}
